import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, readFile, readdir, rm, truncate, writeFile } from "node:fs/promises";
import { connect, createServer, type AddressInfo } from "node:net";
import { hostname } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "mocha";
import { openTestEngine, runOptions } from "../support/engine.ts";
import { hasCode } from "../support/has-code.ts";
import { startTestCluster, type TestCluster } from "../support/local-cluster.ts";
import { createTestProject, type TestProject } from "../support/pulumi-project.ts";
import { configMap, environmentDocument } from "../support/sample.ts";

describe("the engine when something goes wrong", function () {
  this.timeout(180_000);
  let cluster: TestCluster;
  let project: TestProject;
  let locks: string;
  let state: string;

  before(async () => {
    cluster = await startTestCluster("faults");
    project = await createTestProject();
    const root = join(project.folder, ".driftless", "state", ".pulumi");
    locks = join(root, "locks", "organization", "driftless", "dev");
    state = join(root, "stacks", "driftless", "dev.json");
    await pin(["settings"]);
    await (await open()).up(await runOptions(project));
  });

  after(async () => {
    await project.remove();
    await cluster.remove();
  });

  const open = (lines: string[] = [], kubeconfig = cluster.kubeconfig) =>
    openTestEngine(project, kubeconfig, { lines });

  async function pin(names: readonly string[]): Promise<void> {
    const text = names.map((name) => configMap(name)).join("---\n");
    const revision = await project.commit({ "app/all.yaml": text });
    await project.write("environments/dev.yaml", environmentDocument(revision, { applications: { app: "app" } }));
  }

  const configMaps = () => cluster.kubectl("-n", "payments", "get", "configmaps", "-o", "name");

  const holder = { username: "ada", hostname: hostname(), timestamp: "2026-05-01T10:00:00.5Z" };
  for (const [what, text, message] of [
    [
      "a process that is alive",
      JSON.stringify({ ...holder, pid: process.pid }),
      `The environment is locked by ada on ${hostname()} (process ${process.pid}) since 2026-05-01T10:00:00.5Z.`,
    ],
    [
      "a process on another host",
      JSON.stringify({ ...holder, pid: 4711, hostname: "elsewhere" }),
      "The environment is locked by ada on elsewhere (process 4711) since 2026-05-01T10:00:00.5Z.",
    ],
    [
      "a live process and a time to come",
      JSON.stringify({ ...holder, pid: process.pid, timestamp: "2126-05-01T10:00:00Z" }),
      `The environment is locked by ada on ${hostname()} (process ${process.pid}) since 2126-05-01T10:00:00Z.`,
    ],
    ["nobody: an empty file", "", "The environment is locked by a lock file that does not say by whom."],
    ["nobody: bad JSON", '{"pid":1', "The environment is locked by a lock file that does not say by whom."],
  ] as const) {
    it(`respects a lock of ${what}`, async () => {
      const file = join(locks, "00000000-0000-4000-8000-000000000000.json");
      await mkdir(locks, { recursive: true });
      await writeFile(file, text);
      try {
        const engine = await open();
        await assert.rejects(engine.up(await runOptions(project)), hasCode("LOCKED", message));
        await assert.rejects(engine.destroy({}), hasCode("LOCKED", message));
        assert.equal(await readFile(file, "utf8"), text);
      } finally {
        await rm(file);
      }
    });
  }

  it("breaks the lock of a process that is dead, and says so", async () => {
    const child = execFile(process.execPath, ["--version"]);
    const { pid } = child;
    await once(child, "exit");
    await writeFile(join(locks, "dead.json"), JSON.stringify({ ...holder, pid }));
    const lines: string[] = [];
    await (await open(lines)).up(await runOptions(project));
    assert.deepEqual(lines, ["released the lock of a run that is dead"]);
    assert.deepEqual(await readdir(locks), []);
  });

  it("refuses a state that was cut short, names a backup that works, and touches nothing", async () => {
    const objects = await configMaps();
    await copyFile(state, `${state}.kept`);
    for (const size of [0, 500]) {
      await truncate(state, size);
      const attempt = async () => (await open()).up(await runOptions(project));
      await assert.rejects(attempt, hasCode("STATE_CORRUPT"));
      await assert.rejects(attempt, /copy \.(driftless|pulumi)\/\S+ over/);
    }
    await copyFile(`${state}.kept`, state);
    await rm(`${state}.kept`);
    assert.equal(await configMaps(), objects);
    assert.deepEqual((await (await open()).preview(await runOptions(project))).changes, []);
  });

  it("stops in order when it is interrupted: no lock is left, and the next update goes on", async () => {
    const names = Array.from({ length: 40 }, (_, index) => `item-${index}`);
    await pin(["settings", ...names]);
    const controller = new AbortController();
    const engine = await openTestEngine(project, cluster.kubeconfig, { signal: controller.signal });
    const options = await runOptions(project);
    const run = engine.up({ ...options, onProgress: ({ done }) => void (done > 8 && controller.abort()) });
    await assert.rejects(run, hasCode("INTERRUPTED"));
    assert.deepEqual(await readdir(locks), []);
    const between = (await configMaps()).split("\n").filter((name) => name.includes("item-")).length;
    assert.ok(between < names.length, `${between} were created in spite of the interruption`);
    await (await open()).up(options);
    assert.deepEqual((await (await open()).preview({ ...options, refresh: true })).changes, []);
    await pin(["settings"]);
    await (await open()).up(await runOptions(project));
  });

  it("uses the credentials of today for a refresh and a deletion, not those in the state", async () => {
    const target = new URL(cluster.server);
    const proxy = createServer((client) => {
      const upstream = connect(Number(target.port), target.hostname);
      client.pipe(upstream).pipe(client);
      client.on("error", () => upstream.destroy());
      upstream.on("error", () => client.destroy());
    }).listen(0, "127.0.0.1");
    await once(proxy, "listening");
    const { port } = proxy.address() as AddressInfo;
    const text = await readFile(cluster.kubeconfig, "utf8");
    await project.write("before.yaml", text.replace(`:${target.port}`, `:${port}`));
    const before = join(project.folder, "before.yaml");
    await (await open([], before)).up(await runOptions(project));
    proxy.close();
    const engine = await open();
    const preview = await engine.preview({ ...(await runOptions(project)), refresh: true });
    assert.deepEqual(preview.changes, []);
    await engine.destroy({});
    assert.equal(await cluster.kubectl("get", "namespace", "payments", "--ignore-not-found"), "");
  });
});
