import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { members } from "../../components/engine-values.ts";
import { startTestCluster, type TestCluster } from "../support/local-cluster.ts";
import { PlainPulumi, type PulumiRun } from "../support/plain-pulumi.ts";
import { createTestProject, repository, type TestProject } from "../support/pulumi-project.ts";
import { configMap, deployment, environmentDocument } from "../support/sample.ts";

const secret = `apiVersion: v1
kind: Secret
metadata: { name: token }
data: { encoded: ${Buffer.from("canary-encoded").toString("base64")} }
stringData: { plain: canary-plain }
`;

const applications = { web: "web", settings: "settings, dependsOn: [web]" };

describe("plain pulumi", () => {
  let cluster: TestCluster;
  let project: TestProject;
  let pulumi: PlainPulumi;
  let revision: string;

  before(async () => {
    cluster = await startTestCluster("plain");
    project = await createTestProject();
    pulumi = await PlainPulumi.create(project, { KUBECONFIG: cluster.kubeconfig });
    revision = await project.commit({
      "web/web.yaml": `${deployment("web")}---\n${secret}`,
      "settings/settings.yaml": configMap("settings"),
    });
    await project.write("environments/dev.yaml", environmentDocument(revision, { applications }));
    await pulumi.must(["stack", "init", "dev"]);
  });

  after(async () => {
    await project.remove();
    await cluster.remove();
  });

  it("keeps the state in the project's own folder", async () => {
    assert.match(await readFile(`${project.folder}/.driftless/state/.pulumi/meta.yaml`, "utf8"), /version/);
  });

  it("previews an environment without touching the cluster", async () => {
    const steps = await pulumi.steps("dev");
    const created = steps.filter(({ op }) => op === "create").map(({ resource }) => resource);
    assert.equal(created.length, steps.length);
    assert.ok(created.includes("kubernetes:apps/v1:Deployment::eu/payments/Deployment.apps/web"));
    assert.ok(created.includes("kubernetes:core/v1:ConfigMap::eu/payments/ConfigMap/settings"));
    assert.equal(await cluster.kubectl("get", "namespace", "payments", "--ignore-not-found"), "");
  });

  describe("with an image that the policy pack refuses", () => {
    before(async () => {
      const bad = await project.commit({ "web/web.yaml": deployment("web", "registry.example.com/web:latest") });
      await project.write("environments/dev.yaml", environmentDocument(bad, { applications }));
    });

    after(() => project.write("environments/dev.yaml", environmentDocument(revision, { applications })));

    const violation =
      'container "web" runs "registry.example.com/web:latest", whose tag can move ' +
      "(at spec.template.spec.containers[0].image, from web/web.yaml)";

    async function previewWith(config: object): Promise<PulumiRun> {
      await project.write("policy.json", JSON.stringify(config));
      const pack = join(repository, "policies");
      return pulumi.run(["preview", "-s", "dev", "--policy-pack", pack, "--policy-pack-config", "policy.json"]);
    }

    it("touches nothing, and says what is wrong and where", async () => {
      const { exitCode, output } = await pulumi.run(["up", "-y", "-s", "dev", "--policy-pack", "policies"]);
      assert.notEqual(exitCode, 0);
      assert.ok(output.includes(violation), output);
      assert.ok(output.includes("image-tag-required"), output);
      assert.equal(await cluster.kubectl("get", "namespace", "payments", "--ignore-not-found"), "");
    });

    it("only warns where the settings make the rule advisory", async () => {
      const { exitCode, output } = await previewWith({ "image-tag-required": "advisory" });
      assert.equal(exitCode, 0, output);
      assert.ok(output.includes(violation), output);
    });

    it("ends when a rule cannot work, though it is only advisory", async () => {
      const config = { "image-tag-required": { enforcementLevel: "advisory", tags: ["latest"] } };
      const { exitCode, output } = await previewWith(config);
      assert.notEqual(exitCode, 0);
      assert.ok(output.includes('policy.config.image-tag-required: Unrecognized key: "tags"'), output);
      assert.doesNotMatch(output, /\n\s+at /);
    });
  });

  it("refuses to apply another plan than the one that was reviewed", async () => {
    const digest = `sha256:${"0".repeat(64)}`;
    const { exitCode, output } = await pulumi.run(["up", "-y", "-s", "dev"], { DRIFTLESS_PLAN_DIGEST: digest });
    assert.notEqual(exitCode, 0);
    assert.ok(output.includes(`PLAN_STALE The plan of dev is no longer the one that was reviewed: ${digest}`), output);
    assert.equal(await cluster.kubectl("get", "namespace", "payments", "--ignore-not-found"), "");
  });

  it("brings an environment up, one application after those that it depends on", async () => {
    const output = await pulumi.must(["up", "-y", "--skip-preview", "-s", "dev", "--policy-pack", "policies"]);
    const image = await cluster.kubectl("-n", "payments", "get", "deployment", "web", "-o", "jsonpath={..image}");
    assert.equal(image, "registry.example.com/web:1.0.0");
    const ready = await cluster.kubectl(
      "-n",
      "payments",
      "get",
      "deployment",
      "web",
      "-o",
      "jsonpath={.status.readyReplicas}",
    );
    assert.equal(ready, "1");
    const created = output.indexOf("eu/payments/Deployment.apps/web created");
    assert.ok(created > 0 && created < output.indexOf("eu/payments/ConfigMap/settings creating"), output);
    assert.deepEqual(await pulumi.steps("dev"), []);
  });

  it("says what the stack is made from", async () => {
    const outputs: unknown = JSON.parse(await pulumi.must(["stack", "output", "-s", "dev", "--json"]));
    assert.ok(typeof outputs === "object" && outputs !== null && "applications" in outputs && "planDigest" in outputs);
    assert.match(String(outputs.planDigest), /^sha256:[0-9a-f]{64}$/);
    const { web, settings } = outputs.applications as Record<string, { objects: string[]; revision: string }>;
    assert.deepEqual(web?.objects.toSorted(), ["eu/payments/Deployment.apps/web", "eu/payments/Secret/token"]);
    assert.deepEqual(settings?.objects, ["eu/payments/ConfigMap/settings"]);
    assert.equal(web.revision, revision);
  });

  it("keeps what a Secret or a kubeconfig holds out of the state and of everything printed", async () => {
    const state = await pulumi.must(["stack", "export", "-s", "dev"]);
    const preview = await pulumi.must(["preview", "-s", "dev", "--diff", "--show-sames"]);
    const kubeconfig = await readFile(cluster.kubeconfig, "utf8");
    const token = /"?token"?: "?([^"\s,]+)/.exec(kubeconfig)?.[1];
    assert.ok(token);
    assert.ok(state.includes("eu/payments/Secret/token"));
    for (const text of ["canary-plain", "canary-encoded", token]) {
      for (const form of [text, Buffer.from(text).toString("base64")]) {
        assert.ok(!state.includes(form), `${form} is in the state`);
        assert.ok(!preview.includes(form), `${form} was printed`);
      }
    }
    const live = await cluster.kubectl("-n", "payments", "get", "secret", "token", "-o", "jsonpath={.data.plain}");
    assert.equal(Buffer.from(live, "base64").toString("utf8"), "canary-plain");
  });

  it("keeps out of the state how the program came to each resource", async () => {
    const state: unknown = JSON.parse(await pulumi.must(["stack", "export", "-s", "dev"]));
    const resources = members(members(state)["deployment"])["resources"];
    assert.ok(Array.isArray(resources) && resources.length > 5);
    const positions = resources.map(members).filter((each) => "sourcePosition" in each || "stackTrace" in each);
    // The SDK makes the root of all before the program begins.
    assert.deepEqual(
      positions.map(({ type }) => type),
      ["pulumi:pulumi:Stack"],
    );
  });

  it("says what is wrong with the input in plain words, with no stack trace and no path of the machine", async () => {
    await project.write("environments/dev.yaml", environmentDocument("main", { applications }));
    const { exitCode, output } = await pulumi.run(["preview", "-s", "dev"]);
    await project.write("environments/dev.yaml", environmentDocument(revision, { applications }));
    assert.notEqual(exitCode, 0);
    assert.match(output, /error: environments\/dev\.yaml:4:\d+ \(source\.revision\): [A-Z_]+ .*\n\s+fix: /);
    assert.doesNotMatch(output, /\n\s+at |unhandled|node:internal/);
    const own = output.split("\n").filter((line) => !line.includes("warning:"));
    assert.ok(!own.join("\n").includes(project.folder), output);
  });

  it("fails before any resource exists when a cluster's kubeconfig is missing", async () => {
    const { exitCode, output } = await pulumi.run(["up", "-y", "-s", "dev"], { KUBECONFIG: "/nowhere/kubeconfig" });
    assert.notEqual(exitCode, 0);
    assert.match(output, /KUBECONFIG_INVALID/);
    assert.doesNotMatch(output, /\n\s+at |Deployment/);
  });

  it("leaves nothing behind when it is destroyed", async () => {
    await pulumi.must(["destroy", "-y", "--run-program", "--skip-preview", "-s", "dev"]);
    assert.equal(await cluster.kubectl("get", "namespace", "payments", "--ignore-not-found"), "");
  });
});
