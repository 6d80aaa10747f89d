import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { z } from "zod";
import { toolGroups } from "../../toolchain/toolchain.ts";
import { driftless } from "../support/command-line.ts";
import { kubectl } from "../support/kubectl.ts";
import { createTestProject, repository, type TestProject } from "../support/pulumi-project.ts";
import { readFolder } from "../../demo/read-folder.ts";

const shop = join(
  process.env["DRIFTLESS_REALWORLD"] ?? join(repository, "..", "shared", "realworld"),
  "online-boutique",
);
const tools = [...toolGroups.render, ...toolGroups.engine, ...toolGroups.cluster];

const deploymentList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      spec: z.object({ replicas: z.number() }),
      status: z.object({ readyReplicas: z.number().default(0) }),
    }),
  ),
});

describe("Online Boutique, somebody else's manifests as they are", function () {
  this.timeout(300_000);
  let project: TestProject;
  let revision: string;

  before(async function () {
    if (!existsSync(shop)) {
      console.log(`      skipped: there is no ${shop.slice(shop.lastIndexOf("/") + 1)} beside this repository`);
      this.skip();
    }
    project = await createTestProject();
    revision = await project.commit(await readFolder(shop));
    await project.write("environments/dev.yaml", document(revision));
    await run("cluster", "up", "boutique");
  });
  after(async () => {
    if (!existsSync(shop)) return;
    await run("cluster", "down", "boutique", "--delete");
    await project.remove();
  });

  async function run(...args: readonly string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await driftless(project, tools, args);
    assert.equal(exitCode, 0, stderr + stdout);
    return stdout;
  }

  const document = (revision: string, policy = ""): string => `apiVersion: driftless.dev/v1alpha1
kind: Environment
metadata: { name: dev }
source: { repo: config.git, local: true, revision: ${revision} }
clusters: { main: { local: { name: boutique } } }
tenants:
  plain: { namespaces: [plain], podSecurity: baseline }
  kustomized: { namespaces: [kustomized], podSecurity: baseline }
applications:
  plain: { tenant: plain, path: release }
  kustomized: { tenant: kustomized, path: kustomize }
${policy}`;

  it("is refused for the one container that has no limits, in both forms", async () => {
    const { exitCode, stdout } = await driftless(project, tools, ["up", "dev", "--yes", "--json"]);
    assert.equal(exitCode, 1);
    const { findings } = z
      .object({ findings: z.array(z.object({ code: z.string(), place: z.object({ file: z.string() }) })) })
      .parse(JSON.parse(stdout));
    assert.deepEqual(findings.map(({ code, place }) => `${code} ${place.file}`).sort(), [
      "POLICY_VIOLATION kustomize/base/loadgenerator.yaml",
      "POLICY_VIOLATION release/kubernetes-manifests.yaml",
    ]);
    const advisory = "policy: { config: { resource-limits-required: { enforcementLevel: advisory } } }\n";
    await project.write("environments/dev.yaml", document(revision, advisory));
  });

  it("comes up as plain manifests and as a kustomization, 35 objects each", async () => {
    const { plan } = z
      .object({
        plan: z.object({ applications: z.array(z.object({ name: z.string(), objects: z.array(z.unknown()) })) }),
      })
      .parse(JSON.parse(await run("plan", "dev", "--json")));
    assert.deepEqual(
      plan.applications.map(({ name, objects }) => [name, objects.length]),
      [
        ["kustomized", 35],
        ["plain", 35],
      ],
    );
    await run("up", "dev", "--yes");
    assert.match(await run("preview", "dev", "--refresh"), /nothing to change/);
  });

  for (const namespace of ["plain", "kustomized"]) {
    it(`has all Deployments of ${namespace} ready`, async () => {
      const kubeconfig = join(project.folder, ".driftless", "clusters", "boutique", "kubeconfig");
      const output = await kubectl(kubeconfig, ["get", "deployments", `--namespace=${namespace}`, "--output=json"]);
      const { items } = deploymentList.parse(JSON.parse(output));
      assert.equal(items.length, 12);
      const unready = items.filter(({ spec, status }) => status.readyReplicas !== spec.replicas);
      assert.deepEqual(
        unready.map(({ metadata }) => metadata.name),
        [],
      );
    });
  }
});
