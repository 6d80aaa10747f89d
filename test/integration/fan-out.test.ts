import assert from "node:assert/strict";
import { afterEach, before, beforeEach, describe, it } from "mocha";
import type { DriftlessError } from "../../core/errors/error.ts";
import { diffPlans } from "../../core/plan/diff.ts";
import { parseResourceName } from "../../core/plan/identity.ts";
import type { EnvironmentPlan } from "../../core/plan/plan.ts";
import type { RenderTools } from "../../core/render/renderer.ts";
import { judgeDeletions } from "../../core/safety/decide.ts";
import { toolGroups } from "../../toolchain/toolchain.ts";
import { driftless } from "../support/command-line.ts";
import { computeDev, refusal } from "../support/compute.ts";
import { createTestProject, type TestProject } from "../support/pulumi-project.ts";
import { renderTools } from "../support/tools.ts";

const head = (revision: string): string => `apiVersion: driftless.dev/v1alpha1
kind: Environment
metadata: { name: dev }
source: { repo: config.git, local: true, revision: "${revision}" }
clusters:
  eu: { local: { name: eu }, labels: { region: europe } }
  us: { local: { name: us }, labels: { region: america } }
  lab: { local: { name: lab } }
tenants: { shop: { namespaces: [shop] } }
`;
const services = `applicationSets:
  services:
    from:
      folders: { path: services/*, exclude: [services/old] }
      clusters: { match: { region: [europe, america] } }
    template:
      name: "{{ folder.name }}-{{ cluster.name }}"
      tenant: shop
      path: "{{ folder.path }}"
      clusters: ["{{ cluster.name }}"]
`;
const config = (name: string, value = "a"): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\ndata: { value: ${value} }\n`;
const files = {
  "services/web/web.yaml": config("web"),
  "services/api/kustomization.yaml": "resources: [api.yaml]\nnamePrefix: my-\n",
  "services/api/api.yaml": config("api"),
  "services/old/old.yaml": config("old"),
  "other/other.yaml": config("other"),
};

/** A library: one path whose names and values come from its users. */
const web = `apiVersion: apps/v1
kind: Deployment
metadata: { name: "\${app}-web", labels: { size: "\${replicas}" } }
spec:
  replicas: \${replicas}
  selector: { matchLabels: { app: "\${app}" } }
  template:
    metadata: { labels: { app: "\${app}" } }
    spec:
      containers:
        - { name: web, image: "registry.example.com/\${app}:1.0", env: [{ name: COUNT, value: "\${replicas}" }] }
`;
const library = {
  "lib/plain/web.yaml": web,
  "lib/base/web.yaml": web,
  "lib/base/kustomization.yaml": "resources: [web.yaml]\n",
  "lib/overlay/kustomization.yaml": "resources: [../base]\nnameSuffix: -k\n",
  "lib/chart/Chart.yaml": "apiVersion: v2\nname: chart\nversion: 1.0.0\n",
  "lib/chart/values.yaml": "replicas: 1\n",
  "lib/chart/templates/config.yaml": config(
    "{{ .Values.app }}-chart",
    '"{{ .Values.replicas }} {{ kindOf .Values.replicas }}"',
  ),
};

describe("applications of sets", () => {
  let tools: RenderTools;
  let project: TestProject;

  before(async function () {
    this.timeout(600_000);
    tools = await renderTools();
  });
  beforeEach(async () => {
    project = await createTestProject();
  });
  afterEach(() => project.remove());

  const compute = (revision?: string) => computeDev(project, tools, revision);
  const refused = (): Promise<DriftlessError> => refusal(compute(), project);
  const pin = async (sets: string, changes: Readonly<Record<string, string | null>>): Promise<string> => {
    const revision = await project.commit(changes);
    await project.write("environments/dev.yaml", `${head(revision)}${sets}`);
    return revision;
  };
  const cli = (...args: readonly string[]) => driftless(project, toolGroups.render, args);
  const names = ({ applications }: EnvironmentPlan) => applications.map(({ name }) => name);

  it("are planned for each folder at the pin on each cluster with the labels", async () => {
    await pin(services, files);
    const { plan } = await compute();
    assert.deepEqual(
      plan.applications.map(({ name, renderer, objects, madeBy }) => [
        name,
        renderer,
        objects[0]?.resourceName,
        madeBy?.item,
      ]),
      [
        ["api-eu", "kustomize", "eu/shop/ConfigMap/my-api", 'folder "services/api", cluster "eu"'],
        ["api-us", "kustomize", "us/shop/ConfigMap/my-api", 'folder "services/api", cluster "us"'],
        ["web-eu", "manifests", "eu/shop/ConfigMap/web", 'folder "services/web", cluster "eu"'],
        ["web-us", "manifests", "us/shop/ConfigMap/web", 'folder "services/web", cluster "us"'],
      ],
    );
  });

  it("have the digest of the same applications written out", async () => {
    const revision = await pin(services, files);
    const made = (await compute()).plan;
    const written = ["api", "web"].flatMap((folder) =>
      ["us", "eu"].map(
        (name) => `  ${folder}-${name}: { tenant: shop, path: services/${folder}, clusters: [${name}] }\n`,
      ),
    );
    const plainHead = head(revision).replaceAll(/, labels: {[^}]*}/g, "");
    await project.write("environments/dev.yaml", `${plainHead}applications:\n${written.join("")}`);
    const { plan } = await compute();
    assert.equal(plan.digest, made.digest);
    assert.ok(plan.applications.every(({ madeBy }) => madeBy === undefined));
  });

  it("come and go with their folder, and only when the pin moves", async () => {
    const first = await pin(services, files);
    const second = await project.commit({ "services/new/new.yaml": config("new"), "services/web/web.yaml": null });
    assert.deepEqual(names((await compute()).plan), ["api-eu", "api-us", "web-eu", "web-us"]);
    assert.deepEqual(names((await compute(second)).plan), ["api-eu", "api-us", "new-eu", "new-us"]);

    const diff = await cli("diff", "dev", "--from", first, "--to", second);
    assert.match(diff.stdout, /new-eu\n\s+\+ ConfigMap shop\/new/);
    assert.match(diff.stdout, /web-us\n\s+- ConfigMap shop\/web/);

    const pinned = await cli("pin", "dev", "--to", second);
    assert.equal(pinned.exitCode, 0, pinned.stderr);
    assert.deepEqual(names((await compute()).plan), ["api-eu", "api-us", "new-eu", "new-us"]);
  });

  it("are deleted with their folder only if somebody confirms each", async () => {
    const first = await pin(services, files);
    const second = await project.commit({ "services/web/web.yaml": null });
    const { plan: before } = await compute(first);
    const { plan: after, environment } = await compute(second);
    const refusals = judgeDeletions({
      ...environment,
      removals: diffPlans(before, after).changes.map((change) => ({ change })),
      held: before.applications.flatMap(({ name, objects }) =>
        objects.flatMap(({ resourceName }) => {
          const identity = parseResourceName(resourceName);
          return identity === undefined ? [] : [{ ...identity, owner: `application/${name}` }];
        }),
      ),
      allowance: { deletions: 2, confirmed: ["application/web-us"] },
    });
    assert.deepEqual(
      refusals.map(({ finding, answer }) => [finding.code, answer]),
      [["EMPTY_APPLICATION", "application/web-eu"]],
    );
  });

  it("are refused where no folder is left, and where one cannot be an application", async () => {
    await pin(services, { "other/other.yaml": config("other") });
    const empty = await refused();
    assert.equal(empty.code, "SET_EMPTY");
    assert.deepEqual(empty.findings[0].place, {
      file: "environments/dev.yaml",
      line: 12,
      column: 5,
      field: "applicationSets.services.from",
    });
    await pin(services, { "services/Web_1/web.yaml": config("web"), "services/ok/ok.yaml": config("ok") });
    assert.match(
      (await refused()).message,
      /NAME_INVALID "Web_1-eu" is not a DNS label \(.*folder "services\/Web_1", cluster "eu"\)/,
    );
  });

  it("are explained, shown and validated by the commands", async () => {
    await pin(services, files);
    const plan = await cli("plan", "dev");
    assert.match(plan.stdout, /web-us .* set services: folder "services\/web", cluster "us"/);
    const json: unknown = JSON.parse((await cli("plan", "dev", "--json")).stdout);
    assert.match(
      JSON.stringify(json),
      /"madeBy":\{"set":"services","item":"folder \\"services\/api\\", cluster \\"eu\\""\}/,
    );
    const explained = await cli("explain", "dev", "applications.web-eu.path");
    assert.match(explained.stdout, /services\/web +environments\/dev.yaml:18:13, set services: folder "services\/web"/);
    assert.match((await cli("validate")).stdout, /valid +dev .*folders of "services" are read by plan/);

    const document = `${head("0".repeat(40))}${services}`.replace("config.git", "gone.git");
    await project.write("environments/dev.yaml", document);
    const without = await cli("explain", "dev", "applicationSets.services.template.tenant");
    assert.equal(without.exitCode, 0, without.stderr);
    assert.match(without.stderr, /without the applications of "services"/);
  });

  describe("with parameters", () => {
    const users = (path: string, more = "") => `applicationSets:
  sites:
    from:
      list: [{ name: red, replicas: 2 }, { name: blue, replicas: 3 }]
    template:
      name: "{{ item.name }}"
      tenant: shop
      path: ${path}
      clusters: [eu]
      parameters: { app: "{{ item.name }}", replicas: "{{ item.replicas }}"${more} }
`;
    const specs = (plan: EnvironmentPlan) =>
      plan.applications.flatMap(({ objects }) =>
        objects.map(({ object }) => [object.metadata.name, object["spec"], object.metadata["labels"]]),
      );
    const deployment = (app: string, replicas: number, suffix = "") => [
      `${app}-web${suffix}`,
      {
        replicas,
        selector: { matchLabels: { app } },
        template: {
          metadata: { labels: { app } },
          spec: {
            containers: [
              {
                name: "web",
                image: `registry.example.com/${app}:1.0`,
                env: [{ name: "COUNT", value: String(replicas) }],
              },
            ],
          },
        },
      },
      { size: String(replicas), "app.kubernetes.io/managed-by": "driftless" },
    ];

    it("use one folder of manifests many times, typed", async () => {
      await pin(users("lib/plain"), library);
      const { plan, warnings } = await compute();
      assert.deepEqual(specs(plan), [deployment("blue", 3), deployment("red", 2)]);
      assert.deepEqual(warnings, []);
      assert.deepEqual(plan.applications[0]?.objects[0]?.origin, { path: "lib/plain/web.yaml", document: 1, line: 1 });
    });

    it("use one kustomization many times, rendered once", async () => {
      await pin(users("lib/overlay"), library);
      await compute();
      const { plan, rendered } = await compute();
      assert.deepEqual(specs(plan), [deployment("blue", 3, "-k"), deployment("red", 2, "-k")]);
      assert.ok([...rendered.values()].every(({ cached }) => cached));
      // Other values, the same rendering.
      const document = users("lib/overlay").replace("replicas: 3 }]", "replicas: 4 }]");
      await pin(document, {});
      const again = await compute();
      assert.deepEqual(specs(again.plan), [deployment("blue", 4, "-k"), deployment("red", 2, "-k")]);
      assert.ok([...again.rendered.values()].every(({ cached }) => cached));
      assert.notEqual(again.plan.digest, plan.digest);
    });

    it("are the last values of a chart", async () => {
      await pin(users("lib/chart"), library);
      const { plan } = await compute();
      assert.deepEqual(
        plan.applications.map(({ objects }) => [objects[0]?.object.metadata.name, objects[0]?.object["data"]]),
        [
          ["blue-chart", { value: "3 float64" }],
          ["red-chart", { value: "2 float64" }],
        ],
      );
    });

    it("are an error with file and line if undeclared, and a warning with its place if unused", async () => {
      await pin(users("lib/plain", ", colour: red").replace('replicas: "{{', 'replica: "{{'), library);
      const { findings } = await refused();
      const [first] = findings;
      assert.deepEqual(
        [first.code, first.place?.file, first.place?.line],
        ["PARAMETER_UNKNOWN", "lib/plain/web.yaml", 1],
      );
      assert.match(first.message, /Application "blue" and 1 more: There is no parameter "replicas"/);
      assert.match(first.fix, /Did you mean "replica"\?/);

      await pin(users("lib/plain", ", colour: red"), library);
      const { warnings } = await compute();
      assert.deepEqual(
        warnings.map(({ code, message, place }) => [code, message, place?.line, place?.field]),
        [
          [
            "PARAMETER_UNUSED",
            'No manifest of application "blue" and 1 more uses the parameter "colour".',
            19,
            "applicationSets.sites.template.parameters.colour",
          ],
        ],
      );
    });

    it("do not let two users of a path hold the same object", async () => {
      await pin(users("lib/plain").replace('app: "{{ item.name }}"', "app: same"), library);
      assert.equal((await refused()).code, "OWNED_BY_OTHER_APP");
    });

    it("leave applications alone that declare none", async () => {
      await pin("applications:\n  a: { tenant: shop, path: lib/plain, clusters: [eu] }\n", library);
      assert.equal((await refused()).code, "NAME_INVALID");
      await pin("applications:\n  a: { tenant: shop, path: raw, clusters: [eu] }\n", {
        "raw/a.yaml": config("a", '"$${x} ${y"'),
      });
      assert.deepEqual((await compute()).plan.applications[0]?.objects[0]?.object["data"], { value: "$${x} ${y" });
    });
  });

  it("cost what the same applications written out cost, for a thousand of them", async function () {
    this.timeout(600_000);
    const folders = Array.from({ length: 100 }, (_, index) => `s${index}`);
    const clusters = Array.from({ length: 10 }, (_, index) => `c${index}`);
    const revision = await project.commit(
      Object.fromEntries(folders.map((name) => [`services/${name}/config.yaml`, config(name)])),
    );
    const entries = clusters.map((name) => `  ${name}: { local: { name: ${name} }, labels: { region: europe } }\n`);
    const top = head(revision).replace(/^clusters:\n(  .*\n)+/m, `clusters:\n${entries.join("")}`);
    const written = folders.flatMap((name) =>
      clusters.map(
        (cluster) => `  ${name}-${cluster}: { tenant: shop, path: services/${name}, clusters: [${cluster}] }\n`,
      ),
    );
    const measure = async (applications: string) => {
      await project.write("environments/dev.yaml", `${top}${applications}`);
      const before = process.cpuUsage();
      const { plan } = await compute();
      const { user, system } = process.cpuUsage(before);
      assert.equal(plan.applications.length, 1_000);
      return { seconds: (user + system) / 1e6, digest: plan.digest };
    };
    // Fills the cache.
    await measure(services);
    const made = await measure(services);
    const byHand = await measure(`applications:\n${written.join("")}`);
    assert.equal(made.digest, byHand.digest);
    console.log(`        ${made.seconds.toFixed(2)} s of CPU from a set, ${byHand.seconds.toFixed(2)} s written out`);
    assert.ok(made.seconds < byHand.seconds * 1.5 + 0.5, `${made.seconds} s, by hand ${byHand.seconds} s`);
  });
});
