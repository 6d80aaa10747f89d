import assert from "node:assert/strict";
import { cp, readFile, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { policy } from "../../core/environment/schema/policy.ts";
import { DriftlessError } from "../../core/errors/error.ts";
import type { PreviewResult } from "../../automation/engine/types.ts";
import { enginePolicy, engineEnv, openTestEngine, runOptions } from "../support/engine.ts";
import { hasCode } from "../support/has-code.ts";
import { startTestCluster, type TestCluster } from "../support/local-cluster.ts";
import { createTestProject, type TestProject } from "../support/pulumi-project.ts";
import { configMap, deployment, environmentDocument } from "../support/sample.ts";

const applications = { web: "web", settings: "settings, dependsOn: [web]" };
const secret = `apiVersion: v1
kind: Secret
metadata: { name: token }
stringData: { plain: VALUE }
`;

describe("the engine on a real cluster", function () {
  this.timeout(120_000);
  let cluster: TestCluster;
  let project: TestProject;

  before(async () => {
    cluster = await startTestCluster("engine");
    project = await createTestProject();
    await pin({
      "web/web.yaml": `${deployment("web")}---\n${secret.replace("VALUE", "canary-one")}`,
      "settings/settings.yaml": `${configMap("settings")}---\n${configMap("extra")}`,
    });
  });

  after(async () => {
    await project.remove();
    await cluster.remove();
  });

  const open = (env: Readonly<Record<string, string | undefined>> = {}) =>
    openTestEngine(project, cluster.kubeconfig, { env });

  async function pin(files: Readonly<Record<string, string | null>>): Promise<void> {
    const revision = await project.commit(files);
    await project.write("environments/dev.yaml", environmentDocument(revision, { applications }));
  }

  it("creates stack, state folder and passphrase on the first preview, and touches nothing", async () => {
    const lines: string[] = [];
    const engine = await openTestEngine(project, cluster.kubeconfig, { lines });
    // Who only asks makes nothing.
    assert.deepEqual(
      [await engine.outputs(), await engine.lastRun(), await engine.exportState()],
      [{}, undefined, undefined],
    );
    assert.deepEqual((await engine.destroy({})).changes, []);
    await assert.rejects(stat(join(project.folder, ".driftless")), { code: "ENOENT" });
    assert.deepEqual(lines, []);
    const { changes, counts, packs } = await engine.preview(await runOptions(project));
    assert.deepEqual(lines, ["made a passphrase for the secrets in the state and kept it in .driftless/passphrase"]);
    assert.equal((await stat(join(project.folder, ".driftless", "state"))).mode & 0o777, 0o700);
    assert.equal((await stat(join(project.folder, ".driftless", "passphrase"))).mode & 0o777, 0o600);
    assert.deepEqual(Object.keys(packs), ["driftless"]);
    assert.equal(counts.create, changes.length);
    const web = changes.find(({ kind }) => kind === "Deployment.apps");
    assert.deepEqual(web, {
      action: "create",
      owner: "application/web",
      cluster: "eu",
      kind: "Deployment.apps",
      namespace: "payments",
      name: "web",
      fields: [],
      origin: { path: "web/web.yaml" },
    });
    assert.equal(await cluster.kubectl("get", "namespace", "payments", "--ignore-not-found"), "");
  });

  it("applies, reports each object and then finds nothing to do", async () => {
    const engine = await open();
    const done: string[] = [];
    const { counts, outputs } = await engine.up({
      ...(await runOptions(project)),
      onProgress: ({ state, change }) => void (state === "done" && done.push(change.name)),
    });
    assert.ok(done.includes("web"));
    assert.equal(done.length, counts.create);
    assert.equal(outputs["environment"], "dev");
    assert.deepEqual(await engine.outputs(), outputs);
    assert.equal((await engine.lastRun())?.result, "succeeded");
    const again = await engine.preview(await runOptions(project));
    assert.deepEqual(again.changes, []);
    assert.equal(again.counts.same, counts.create);
  });

  it("shows and applies what a move of the pin adds, changes and removes, without the values of secrets", async () => {
    await pin({
      "web/web.yaml": `${deployment("web", "registry.example.com/web:2.0.0")}---\n${secret.replace("VALUE", "canary-two")}`,
      "settings/settings.yaml": `${configMap("settings")}---\n${configMap("added")}`,
    });
    const engine = await open();
    const previewed = await engine.preview(await runOptions(project));
    assert.deepEqual(
      rows(previewed),
      [
        "create added",
        "update web spec.template.spec.containers[name=web].image registry.example.com/web:1.0.0 registry.example.com/web:2.0.0",
        "update token data.plain [secret] [secret]",
        "delete extra",
      ].sort(),
    );
    const { changes } = await engine.up(await runOptions(project));
    assert.deepEqual(changes, previewed.changes);
    assert.equal(await cluster.kubectl("-n", "payments", "get", "configmap", "extra", "--ignore-not-found"), "");
    assert.ok(!JSON.stringify(previewed).includes("canary"));
  });

  it("finds what was changed and deleted by hand, and heals it", async () => {
    await cluster.kubectl("-n", "payments", "patch", "configmap", "settings", "-p", '{"data":{"key":"by hand"}}');
    await cluster.kubectl("-n", "payments", "delete", "configmap", "added");
    const engine = await open();
    const options = { ...(await runOptions(project)), refresh: true };
    assert.deepEqual(rows(await engine.preview(options)), ["create added", "update settings data.key by hand 1"]);
    await engine.up(options);
    const value = await cluster.kubectl("-n", "payments", "get", "configmap", "settings", "-o", "jsonpath={.data.key}");
    assert.equal(value, "1");
    assert.deepEqual((await engine.preview(options)).changes, []);
  });

  it("takes nothing from another environment, with a refresh neither", async () => {
    const document = await readFile(join(project.folder, "environments", "dev.yaml"), "utf8");
    await project.write("environments/other.yaml", document.replace("name: dev", "name: other"));
    const before = await cluster.kubectl("-n", "payments", "get", "configmaps,deployments", "-o", "yaml");
    const options = await runOptions(project, "other");
    const message = 'Namespace payments on eu belongs to the environment "dev".';
    const other = () => openTestEngine(project, cluster.kubeconfig, { environment: "other" });
    await assert.rejects((await other()).preview(options), hasCode("OWNED_BY_OTHER_APP", message));
    for (const refresh of [false, true]) {
      await assert.rejects((await other()).up({ ...options, refresh }), hasCode("OWNED_BY_OTHER_APP", message));
    }
    assert.equal(await cluster.kubectl("-n", "payments", "get", "configmaps,deployments", "-o", "yaml"), before);
  });

  it("refuses another plan than the one that was reviewed", async () => {
    const engine = await open();
    const options = { ...(await runOptions(project)), digest: `sha256:${"0".repeat(64)}` };
    await assert.rejects(engine.preview(options), hasCode("PLAN_STALE"));
    await assert.rejects(engine.up(options), hasCode("PLAN_STALE"));
  });

  it("lists all mandatory violations with object and file, and applies nothing", async () => {
    const before = await cluster.kubectl("-n", "payments", "get", "configmaps", "-o", "name");
    await pin({
      "web/web.yaml": deployment("web", "registry.example.com/web:latest"),
      "settings/settings.yaml": `${configMap("settings")}---\n${deployment("other", "registry.example.com/other")}`,
    });
    const engine = await open();
    const options = await runOptions(project);
    await assert.rejects(engine.preview(options), (error) => {
      assert.ok(error instanceof DriftlessError);
      assert.deepEqual(error.findings.map(({ code, place }) => [code, place?.file]).sort(), [
        ["POLICY_VIOLATION", "settings/settings.yaml"],
        ["POLICY_VIOLATION", "web/web.yaml"],
      ]);
      assert.ok(error.message.includes("eu/payments/Deployment.apps/web: image-tag-required: "), error.message);
      return true;
    });
    await assert.rejects(engine.up(options), (error) => {
      assert.ok(error instanceof DriftlessError);
      assert.equal(error.code, "POLICY_VIOLATION");
      assert.ok(error.findings.every(({ place }) => place !== undefined));
      return true;
    });
    assert.equal(await cluster.kubectl("-n", "payments", "get", "configmaps", "-o", "name"), before);
  });

  it("fails closed without a policy pack that runs", async () => {
    const engine = await open();
    const { digest } = await runOptions(project);
    await assert.rejects(
      engine.preview({ digest, policy: enginePolicy(policy.parse({ packs: ["policies", "missing"] }), project) }),
      hasCode("POLICY_UNAVAILABLE", 'The policy pack "missing" is not a policy pack: it has no PulumiPolicy.yaml.'),
    );
    await project.write(
      "broken/PulumiPolicy.yaml",
      "runtime: { name: nodejs, options: { typescript: false } }\nmain: index.js\n",
    );
    await project.write("broken/package.json", '{ "type": "module", "version": "1.0.0" }\n');
    await project.write("broken/index.js", 'throw new Error("broken pack");\n');
    await assert.rejects(
      engine.preview({ digest, policy: enginePolicy(policy.parse({ packs: ["policies", "broken"] }), project) }),
      hasCode("POLICY_UNAVAILABLE"),
    );
  });

  it("names the object and the reason of the API server when one fails, and goes on from there", async () => {
    const bad = `${configMap("settings", "2")}---\n${configMap("wrong").replace("key:", '"bad key":')}`;
    await pin({ "web/web.yaml": deployment("web"), "settings/settings.yaml": bad });
    const engine = await open();
    const options = await runOptions(project);
    await assert.rejects(engine.up(options), (error) => {
      assert.ok(error instanceof DriftlessError);
      assert.equal(error.code, "OBJECT_REFUSED");
      assert.match(error.message, /ConfigMap payments\/wrong on eu: its cluster refuses it: /);
      assert.match(error.message, /bad key/);
      assert.equal(error.findings.length, 1);
      assert.doesNotMatch(error.findings[0].message, /\n|urn:/);
      return true;
    });
    await pin({ "settings/settings.yaml": configMap("settings", "2") });
    await engine.up(await runOptions(project));
    assert.deepEqual((await engine.preview({ ...(await runOptions(project)), refresh: true })).changes, []);
  });

  it("says at once which cluster does not answer", async () => {
    const kubeconfig = join(project.folder, "gone.yaml");
    await project.write("gone.yaml", (await cluster.kubectl("config", "view", "--raw")).replace(/:\d+$/m, ":1"));
    const engine = await openTestEngine(project, kubeconfig);
    const options = await runOptions(project);
    const start = Date.now();
    await assert.rejects(
      engine.preview(options),
      hasCode("CLUSTER_UNREACHABLE", 'The cluster "eu" cannot be reached: the connection is refused.'),
    );
    assert.ok(Date.now() - start < 5_500);
  });

  it("refuses a wrong passphrase and asks for a missing one", async () => {
    await assert.rejects(
      async () => (await open({ PULUMI_CONFIG_PASSPHRASE: "wrong" })).preview(await runOptions(project)),
      hasCode("PASSPHRASE_WRONG"),
    );
    const shared = { PULUMI_BACKEND_URL: `file://${project.folder}/elsewhere?create_dir=true` };
    await assert.rejects(open(shared), hasCode("PASSPHRASE_MISSING"));
  });

  it("opens a copy of the state in a fresh clone with the right passphrase, also after a wrong one was tried", async () => {
    await cp(join(project.folder, ".driftless", "state"), join(project.folder, "shared"), { recursive: true });
    const settings = join(project.folder, "stacks", "Pulumi.dev.yaml");
    const written = await readFile(settings, "utf8");
    await rm(settings);
    const right = (await readFile(join(project.folder, ".driftless", "passphrase"), "utf8")).trim();
    const env = { PULUMI_BACKEND_URL: `file://${project.folder}/shared` };
    const options = await runOptions(project);
    const attempt = async (passphrase: string) =>
      (await open({ ...env, PULUMI_CONFIG_PASSPHRASE: passphrase })).preview(options);
    await assert.rejects(attempt("wrong"), hasCode("PASSPHRASE_WRONG"));
    assert.equal(await readFile(settings, "utf8"), written);
    assert.deepEqual((await attempt(right)).changes, []);
  });

  it("keeps backups of the state of updates, five at most", async () => {
    const names = await readdir(join(project.folder, ".driftless", "backups", "dev"));
    assert.ok(names.length > 1 && names.length <= 5, names.join());
  });

  it("deletes everything, with the credentials of today", async () => {
    const engine = await open();
    const previewed = await engine.destroy({ preview: true });
    assert.ok(previewed.changes.length > 3);
    assert.ok(previewed.changes.every(({ action }) => action === "delete"));
    const { counts } = await engine.destroy({});
    assert.equal(counts.delete, previewed.changes.length);
    assert.equal(await cluster.kubectl("get", "namespace", "payments", "--ignore-not-found"), "");
    assert.equal((await engine.lastRun())?.kind, "destroy");
    assert.ok(engineEnv(project, cluster.kubeconfig)["KUBECONFIG"]);
  });
});

function rows({ changes }: PreviewResult): readonly string[] {
  return changes
    .map(({ action, name, fields }) => {
      const shown = fields.map(({ path, before, after }) => [path, before, after].map(String).join(" "));
      return [action, name, ...shown].join(" ");
    })
    .sort();
}
