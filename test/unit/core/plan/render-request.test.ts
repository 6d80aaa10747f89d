import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { buildEnvironment } from "../../../../core/environment/load.ts";
import { readYaml } from "../../../../core/environment/yaml.ts";
import { renderRequests } from "../../../../core/plan/render-request.ts";
import { memoryTree } from "../../../support/memory-tree.ts";

const document = (clusters: string, helm: string): string => `apiVersion: driftless.dev/v1alpha1
kind: Environment
metadata: { name: dev }
source: { repo: "https://git.example.com/x.git", path: root, revision: ${"a".repeat(40)} }
clusters: { ${clusters} }
tenants: { shop: { namespaces: [shop] } }
applications:
  web: { tenant: shop, path: web, helm: { ${helm} } }
`;

function requests(clusters: string, helm = "") {
  const { spec } = buildEnvironment("dev", readYaml(document(clusters, helm), "dev.yaml"), undefined);
  const web = spec.applications["web"];
  assert.ok(web !== undefined);
  return renderRequests("web", spec, web, memoryTree({}));
}

const facts = (clusters: string, helm = ""): unknown =>
  requests(clusters, helm).map(({ clusters, request: { helm } }) => [clusters, helm.kubeVersion, helm.apiVersions]);

describe("what an application asks of its renderer", () => {
  it("is one rendering for all clusters of which the document says the same", () => {
    assert.deepEqual(facts("b: { local: { name: b } }, a: { local: { name: a } }"), [[["a", "b"], "1.36.0", []]]);
    assert.deepEqual(
      facts(
        'a: { local: { name: a }, kubernetes: { version: "1.33", apiVersions: [y.io/v1, x.io/v1] } }, b: { local: { name: b }, kubernetes: { version: "1.33", apiVersions: [x.io/v1, y.io/v1] } }',
      ),
      [[["a", "b"], "1.33", ["x.io/v1", "y.io/v1"]]],
    );
  });

  it("is one for each set of facts where clusters differ", () => {
    const clusters = 'a: { local: { name: a }, kubernetes: { version: "1.33" } }, b: { local: { name: b } }';
    assert.deepEqual(facts(clusters), [
      [["a"], "1.33", []],
      [["b"], "1.36.0", []],
    ]);
  });

  it("takes what the application says over what its clusters are", () => {
    const clusters = 'a: { local: { name: a }, kubernetes: { version: "1.33" } }, b: { local: { name: b } }';
    assert.deepEqual(facts(clusters, 'kubeVersion: "1.30", apiVersions: [x.io/v1/Y]'), [
      [["a", "b"], "1.30", ["x.io/v1/Y"]],
    ]);
  });

  it("joins the path to that of the source and passes every setting on", () => {
    const [first] = requests("a: { local: { name: a } }", "release: r, valuesObject: { a: [1] }, skipCrds: true");
    assert.equal(first?.request.path, "root/web");
    assert.deepEqual(first?.request.helm, {
      ...{ release: "r", values: [], ignoreMissingValues: false, valuesObject: { a: [1] }, skipCrds: true },
      ...{ skipTests: false, skipSchemaValidation: false, repositories: [], kubeVersion: "1.36.0", apiVersions: [] },
    });
  });

  for (const [what, helm] of [
    ["a branch for a Kubernetes version", 'kubeVersion: "main"'],
    ["a kind for an API version", "apiVersions: [Deployment]"],
    ["a flag for a repository", 'repositories: ["--x"]'],
    ["a repository over plain http", 'repositories: ["http://charts.example.com"]'],
    ["a repository with credentials", 'repositories: ["https://me:secret@charts.example.com"]'],
    ["a chart without a digest", "chart: { repository: oci://r.example.com/c, name: x, version: 1.0.0 }"],
    [
      "a chart with a range for a version",
      `chart: { repository: oci://r.example.com/c, name: x, version: 1.x, digest: "sha256:${"a".repeat(64)}" }`,
    ],
  ] as const)
    it(`refuses ${what}`, () => {
      assert.throws(() => requests("a: { local: { name: a } }", helm), { code: "CONFIG_INVALID" });
    });
});
