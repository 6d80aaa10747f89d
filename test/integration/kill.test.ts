import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { after, before, beforeEach, describe, it } from "mocha";
import { stateUrns } from "../../automation/engine/checkpoints.ts";
import { killLeftovers } from "../../automation/engine/processes.ts";
import { asText } from "../../automation/engine/text.ts";
import type { Engine, RunProgress } from "../../automation/engine/types.ts";
import { DriftlessError } from "../../core/errors/error.ts";
import { isList, record } from "../../core/manifest/json.ts";
import { ApiServer } from "../../live/api-server.ts";
import { openTestEngine, runOptions } from "../support/engine.ts";
import { startTestCluster, type TestCluster } from "../support/local-cluster.ts";
import { createTestProject, repository, type TestProject } from "../support/pulumi-project.ts";
import { configMap, environmentDocument } from "../support/sample.ts";

const count = 40;
const names = Array.from({ length: count }, (_, index) => `item-${String(index).padStart(3, "0")}`);
const selector = "app.kubernetes.io/managed-by=driftless";
/** Where runs are killed: given to repeat a run that failed. */
const seed = Number(process.env["DRIFTLESS_TEST_SEED"] ?? Date.now() % 100_000);

/** Who is killed: the command line, the engine, or they and everything that they have started. */
type Victim = "command line" | "engine" | "tree";

/** The n-th point of this run, from 2 to all but a few of the objects. */
function point(n: number): number {
  const hash = createHash("sha256").update(`${seed}/${n}`).digest();
  return 2 + (hash.readUInt32BE() % (count - 8));
}

describe(`a run that is killed (DRIFTLESS_TEST_SEED=${seed})`, function () {
  this.timeout(600_000);
  let cluster: TestCluster;
  let project: TestProject;
  let server: ApiServer;
  let environment = "";
  let environments = 0;
  /** Variables of every run: another backend than the project's own folder. */
  let env: Readonly<Record<string, string>> = {};

  before(async () => {
    cluster = await startTestCluster("kill");
    project = await createTestProject();
    const context = { project: project.folder, env: { KUBECONFIG: cluster.kubeconfig } };
    server = await ApiServer.open("eu", { kubeconfig: { env: "KUBECONFIG" } }, context);
  });

  beforeEach(() => {
    environments += 1;
    environment = `env-${environments}`;
  });

  after(async () => {
    await project.remove();
    await cluster.remove();
  });

  /** Moves the pin of an environment, with a namespace of its own, to a commit with exactly these ConfigMaps. */
  async function pin(wanted: readonly string[], value: string): Promise<void> {
    const files = Object.fromEntries(
      names.map((name) => [`app/${name}.yaml`, wanted.includes(name) ? configMap(name, value) : null]),
    );
    const revision = await project.commit({ ...files, "app/keep.yaml": configMap("keep", value) });
    const document = environmentDocument(revision, {
      name: environment,
      tenant: environment,
      applications: { app: "app" },
    });
    await project.write(`environments/${environment}.yaml`, document);
  }

  /** The value of each ConfigMap of the environment. */
  async function live(): Promise<ReadonlyMap<string, unknown>> {
    const list = await server.get(`/api/v1/namespaces/${environment}/configmaps`, { labelSelector: selector });
    const items = isList(list?.["items"]) ? list["items"].map(record) : [];
    return new Map(items.map(({ metadata, data }) => [asText(record(metadata)["name"]), record(data)["key"]]));
  }

  const open = (lines: string[] = []): Promise<Engine> =>
    openTestEngine(project, cluster.kubeconfig, { environment, lines, env });

  type Live = ReadonlyMap<string, unknown>;

  /** Starts a run in a process of its own and kills it once some objects are there, changed or gone. */
  async function killed(victim: Victim, reached: (now: Live) => boolean, command = "up"): Promise<void> {
    const script = join(repository, "test", "support", "engine-child.ts");
    const args = [script, project.folder, project.cacheHome, cluster.kubeconfig, environment, command];
    const child = spawn(process.execPath, args, { stdio: "ignore", env: { ...process.env, ...env } });
    const exit = once(child, "exit");
    while (child.exitCode === null && !reached(await live())) await sleep(5);
    assert.equal(child.exitCode, null, "the run ended before it could be killed");
    const { run, engine } = await noted();
    if (victim !== "engine") child.kill("SIGKILL");
    if (victim !== "command line") process.kill(engine.pid, "SIGKILL");
    if (victim === "tree") await killLeftovers(run);
    await exit;
  }

  async function noted(): Promise<{ readonly run: string; readonly engine: { readonly pid: number } }> {
    const text = await readFile(join(project.folder, ".driftless", "runs", `${environment}.json`), "utf8");
    return JSON.parse(text) as { readonly run: string; readonly engine: { readonly pid: number } };
  }

  /** The next update, with no step by hand in between; waits while an engine that survived is at work. */
  async function nextUpdate(): Promise<readonly string[]> {
    const lines: string[] = [];
    for (let attempt = 0; ; attempt += 1) {
      try {
        const engine = await open(lines);
        const options = await runOptions(project, environment);
        await engine.recover();
        await engine.preview(options);
        await engine.up(options);
        return lines;
      } catch (error) {
        if (attempt > 60 || !(error instanceof DriftlessError) || error.code !== "LOCKED") throw error;
        await sleep(1_000);
      }
    }
  }

  /** The cluster is what the plan says, and the state is what the cluster is. */
  async function assertWhole(
    wanted: readonly string[],
    value: string,
    backend = join(project.folder, ".driftless", "state"),
  ): Promise<void> {
    const expected = ["keep", ...wanted].map((name) => [name, value] as const);
    assert.deepEqual([...(await live())].toSorted(), expected.toSorted());
    const engine = await open();
    const preview = await engine.preview({ ...(await runOptions(project, environment)), refresh: true });
    assert.deepEqual(preview.changes, []);
    assert.equal(await engine.unfinished(), undefined);
    const state = await engine.exportState();
    assert.ok(state !== undefined);
    const urns = (state.deployment["resources"] as readonly { readonly urn: string }[]).map(({ urn }) => urn);
    assert.equal(new Set(urns).size, urns.length);
    assert.equal(state.deployment["pending_operations"], undefined);
    const locks = join(backend, ".pulumi", "locks", "organization", "driftless", environment);
    assert.deepEqual(await readdir(locks), []);
  }

  // A first update, so that a stack which is hardly there is among the cases.
  for (const [n, victim] of (["engine", "command line", "tree"] as const).entries()) {
    it(`goes on when the ${victim} dies after ${point(n)} of ${count} objects are created, nothing lost or double`, async () => {
      await pin(names, "1");
      await killed(victim, (now) => now.size >= point(n));
      await nextUpdate();
      await assertWhole(names, "1");
    });
  }

  it(`deletes what it had created when the next commit does not want it any more (after ${point(3)})`, async () => {
    await pin(names, "1");
    await killed("tree", (now) => now.size >= point(3));
    const kept = names.slice(-3);
    await pin(kept, "1");
    await nextUpdate();
    await assertWhole(kept, "1");
  });

  it(`deletes what it had created when the environment is destroyed instead (after ${point(4)})`, async () => {
    await pin(names, "1");
    await killed("tree", (now) => now.size >= point(4));
    const engine = await open();
    await engine.recover();
    await engine.destroy({ preview: true });
    await engine.destroy({});
    assert.equal(await cluster.kubectl("get", "namespace", environment, "--ignore-not-found"), "");
  });

  const changed = (now: Live): number => [...now.values()].filter((value) => value === "2").length;

  it(`goes on from the middle of changes and deletions (after ${point(5)})`, async () => {
    await pin(names, "1");
    await nextUpdate();
    await pin(names.slice(5), "2");
    await killed("tree", (now) => changed(now) >= point(5) - 1);
    await nextUpdate();
    await assertWhole(names.slice(5), "2");
  });

  it(`goes back from there to what the state says, and the cluster does not (after ${point(6)})`, async () => {
    await pin(names, "1");
    await nextUpdate();
    await pin(names.slice(5), "2");
    await killed("tree", (now) => changed(now) >= point(6) - 1);
    await pin(names, "1");
    const lines = await nextUpdate();
    assert.ok(lines.includes("released the lock of a run that is dead"), lines.join("\n"));
    await assertWhole(names, "1");
  });

  it(`is noticed on another machine, where only the state is known (after ${point(9)})`, async () => {
    const backend = await mkdtemp(join(tmpdir(), "driftless-backend-"));
    env = { PULUMI_BACKEND_URL: `file://${backend}`, PULUMI_CONFIG_PASSPHRASE: "test" };
    try {
      await pin(names, "1");
      await nextUpdate();
      await pin(names.slice(5), "2");
      await killed("tree", (now) => changed(now) >= point(9) - 1);
      await rm(join(project.folder, ".driftless", "runs", `${environment}.json`));
      await pin(names, "1");
      await nextUpdate();
      await assertWhole(names, "1", backend);
    } finally {
      env = {};
      await rm(backend, { recursive: true });
    }
  });

  it(`goes on from the middle of a destruction, either way (after ${point(7)})`, async () => {
    await pin(names, "1");
    await nextUpdate();
    await killed("tree", (now) => now.size <= count - point(7), "destroy");
    await nextUpdate();
    await assertWhole(names, "1");
  });

  it(`keeps the state when it is interrupted in an orderly way (after ${point(8)})`, async () => {
    await pin(names, "1");
    const interrupt = new AbortController();
    const engine = await openTestEngine(project, cluster.kubeconfig, { environment, signal: interrupt.signal });
    const options = await runOptions(project, environment);
    await engine.preview(options);
    let done = 0;
    const onProgress = ({ state }: RunProgress): void => {
      done += state === "done" ? 1 : 0;
      if (done >= point(8)) interrupt.abort();
    };
    await assert.rejects(engine.up({ ...options, onProgress }), { code: "INTERRUPTED" });
    const after = await open();
    assert.equal(await after.unfinished(), undefined);
    const { applications } = await stateOwners(after);
    assert.ok(applications >= point(8) - 10, `the state holds ${applications} objects`);
    const { changes } = await after.preview(options);
    assert.ok(changes.every(({ orphan }) => orphan !== true));
    await nextUpdate();
    await assertWhole(names, "1");
  });

  it("says so when the state cannot be written in the end, and goes on once it can", async () => {
    await pin(names, "1");
    const engine = await open();
    const options = await runOptions(project, environment);
    await engine.preview(options);
    const folder = join(project.folder, ".driftless", "state", ".pulumi", "stacks", "driftless");
    let blocked: Promise<void> | undefined;
    const onProgress = ({ state }: RunProgress): void => {
      if (state === "done") blocked ??= block(folder);
    };
    try {
      await assert.rejects(engine.up({ ...options, onProgress }), { code: "STATE_UNAVAILABLE" });
    } finally {
      await rm(folder);
      await rename(`${folder}.away`, folder);
    }
    assert.equal(await (await open()).unfinished(), "interrupted");
    await nextUpdate();
    await assertWhole(names, "1");
  });
});

/** Makes every write to a folder fail, for any user: a file is in its place. */
async function block(folder: string): Promise<void> {
  await rename(folder, `${folder}.away`);
  await writeFile(folder, "");
}

async function stateOwners(engine: Engine): Promise<{ readonly applications: number }> {
  const resources = (await engine.exportState())?.deployment["resources"] ?? [];
  const urns = stateUrns({ version: 3, deployment: { resources } });
  return { applications: urns.filter((urn) => urn.includes("/ConfigMap/")).length };
}
