import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { UpdateResult } from "../../automation/engine/types.ts";
import { openTestEngine, runOptions } from "../support/engine.ts";
import { startTestCluster, type TestCluster } from "../support/local-cluster.ts";
import { createTestProject, type TestProject } from "../support/pulumi-project.ts";
import { configMap, deployment, environmentDocument } from "../support/sample.ts";

/** A hook that keeps to the policy pack; `play` is what its pod does. */
function job(
  name: string,
  hook: string,
  { policy = "", play = "", image = "registry.example.com/job:1.0.0" } = {},
): string {
  const annotations = [
    `driftless.dev/hook: ${hook}`,
    ...(policy === "" ? [] : [`driftless.dev/hook-delete-policy: "${policy}"`]),
  ];
  return `apiVersion: batch/v1
kind: Job
metadata: { name: ${name}, annotations: { ${annotations.join(", ")} } }
spec:
  backoffLimit: 0
  template:
    metadata: { annotations: { test.driftless.dev/play: "${play}" } }
    spec:
      restartPolicy: Never
      containers:
        - { name: job, image: "${image}", resources: { limits: { cpu: 100m, memory: 64Mi } } }
`;
}

/** Gets ready some seconds after it was created. */
const late = deployment("web").replace(
  "labels: { app: web } }\n    spec",
  "labels: { app: web }, annotations: { test.driftless.dev/play: late } }\n    spec",
);

describe("hooks on a real cluster", function () {
  this.timeout(240_000);
  let cluster: TestCluster;
  let project: TestProject;

  before(async () => {
    cluster = await startTestCluster("hooks");
    project = await createTestProject();
  });

  after(async () => {
    await project.remove();
    await cluster.remove();
  });

  const both = { web: "web", other: "other" };

  async function up(
    files: Readonly<Record<string, string | null>>,
    applications: typeof both | { other: string } = both,
  ): Promise<UpdateResult> {
    const revision = await project.commit(files);
    await project.write("environments/dev.yaml", environmentDocument(revision, { applications }));
    const engine = await openTestEngine(project, cluster.kubeconfig);
    return engine.up(await runOptions(project));
  }

  const read = (what: string, path: string): Promise<string> =>
    cluster.kubectl("-n", "payments", "get", what, "--ignore-not-found", "-o", `jsonpath={${path}}`);
  const uid = (what: string): Promise<string> => read(what, ".metadata.uid");

  it("run before the objects of their application, and after these are healthy", async () => {
    const { hooks } = await up({
      "web/web.yaml": [late, configMap("settings")].join("---\n"),
      "web/hooks.yaml": [
        job("migrate", "pre-deploy"),
        job("seed", "pre-deploy", { policy: "on-success" }),
        job("check", "post-deploy"),
      ].join("---\n"),
      "other/other.yaml": configMap("other"),
    });
    assert.deepEqual(hooks.map(({ object, state }) => `${object.split("/").at(-1)} ${state}`).sort(), [
      "check done",
      "migrate done",
      "seed done",
    ]);
    const times = await Promise.all([
      read("job/migrate", ".status.completionTime"),
      read("deployment/web", ".metadata.creationTimestamp"),
      read("deployment/web", '.status.conditions[?(@.type=="Available")].lastTransitionTime'),
      read("job/check", ".metadata.creationTimestamp"),
    ]);
    assert.ok(times.every((time) => time !== ""));
    assert.deepEqual(times, times.toSorted());
  });

  it("are deleted on success where they say so, and else stay to be looked at", async () => {
    assert.equal(await uid("job/seed"), "");
    assert.equal(await read("job/migrate", ".status.succeeded"), "1");
  });

  it("run once for each change of their application, and not when another one changes", async () => {
    const first = [await uid("job/migrate"), await uid("job/check")];
    const quiet = await up({ "other/other.yaml": configMap("other", "2") });
    assert.deepEqual([quiet.hooks, quiet.waits], [[], ["other"]]);
    assert.deepEqual([await uid("job/migrate"), await uid("job/check")], first);
    const { hooks } = await up({ "web/web.yaml": [late, configMap("settings", "2")].join("---\n") });
    assert.equal(hooks.length, 3);
    const second = [await uid("job/migrate"), await uid("job/check")];
    assert.ok(second.every((each, at) => each !== "" && each !== first[at]));
  });

  it("stop what comes after them when they fail, and nothing else", async () => {
    const files = {
      "web/web.yaml": [late, configMap("settings", "3")].join("---\n"),
      "web/hooks.yaml": [
        job("migrate", "pre-deploy", { play: "fail", policy: "on-failure" }),
        job("check", "post-deploy"),
      ].join("---\n"),
      "other/other.yaml": configMap("other", "3"),
    };
    await assert.rejects(up(files), (error: Error) => {
      assert.match(
        error.message,
        /^web\/hooks\.yaml(:\d+)?: HOOK_FAILED The hook Job\.batch payments\/migrate on eu failed: /,
      );
      assert.equal(error.message.split("\n").length, 2, error.message);
      return true;
    });
    assert.equal(await read("configmap/settings", ".data.key"), "2");
    assert.equal(await read("configmap/other", ".data.key"), "3");
    assert.equal(await uid("job/migrate"), "", "its delete policy says on-failure");
  });

  it("run again, and let the rest follow, once they are mended", async () => {
    const { hooks } = await up({
      "web/hooks.yaml": [job("migrate", "pre-deploy"), job("check", "post-deploy")].join("---\n"),
    });
    assert.equal(hooks.length, 2);
    assert.equal(await read("configmap/settings", ".data.key"), "3");
  });

  it("are seen by the policies", async () => {
    const image = "registry.example.com/job:latest";
    const bad = up({ "web/hooks.yaml": job("migrate", "pre-deploy", { image }) });
    await assert.rejects(bad, /POLICY_VIOLATION eu\/payments\/Job\.batch\/migrate: image-tag-required: .*"job" runs/);
  });

  describe("before a deletion", () => {
    before(() =>
      up({
        "web/web.yaml": configMap("settings", "4"),
        "web/hooks.yaml": job("backup", "pre-delete", { play: "fail" }),
      }),
    );

    it("do not run before it, and what left Git is gone", async () => {
      assert.deepEqual([await uid("job/backup"), await uid("job/migrate"), await uid("job/check")], ["", "", ""]);
    });

    it("keep the application while they fail", async () => {
      await assert.rejects(
        up({}, { other: "other" }),
        /HOOK_FAILED The hook Job\.batch payments\/backup on eu failed: /,
      );
      assert.equal(await read("configmap/settings", ".data.key"), "4");
    });

    it("run when the application is removed, before anything of it goes, and leave nothing", async () => {
      await up({ "web/hooks.yaml": job("backup", "pre-delete") });
      await up({}, { other: "other" });
      assert.equal(await uid("configmap/settings"), "");
      assert.equal(await uid("job/backup"), "");
      assert.match(
        await cluster.kubectl(
          "-n",
          "payments",
          "get",
          "events",
          "-o",
          "jsonpath={.items[*].reason}",
          "--field-selector=involvedObject.name=backup",
        ),
        /Completed/,
      );
    });

    it("run when everything is destroyed", async () => {
      await up({ "web/hooks.yaml": job("farewell", "pre-delete", { play: "fail" }) });
      const engine = await openTestEngine(project, cluster.kubeconfig);
      await assert.rejects(engine.destroy({}), /HOOK_FAILED The hook Job\.batch payments\/farewell on eu failed: /);
      assert.equal(await read("configmap/settings", ".data.key"), "4");
      await up({ "web/hooks.yaml": job("farewell", "pre-delete") });
      const mended = await openTestEngine(project, cluster.kubeconfig);
      await mended.destroy({});
      assert.equal(await cluster.kubectl("get", "namespace", "payments", "--ignore-not-found"), "");
    });
  });
});
