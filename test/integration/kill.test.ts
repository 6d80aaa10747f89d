import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { after, before, beforeEach, describe, it } from "mocha";
import type { Engine } from "../../automation/engine/types.ts";
import { DriftlessError } from "../../core/errors/error.ts";
import { openTestEngine, runOptions } from "../support/engine.ts";
import { startTestCluster, type TestCluster } from "../support/local-cluster.ts";
import { createTestProject, repository, type TestProject } from "../support/pulumi-project.ts";
import { configMap, environmentDocument } from "../support/sample.ts";

const count = 50;
const names = Array.from({ length: count }, (_, index) => `item-${String(index).padStart(3, "0")}`);
const selector = "app.kubernetes.io/managed-by=driftless";

/** Who is killed: the command line, the engine, or both. */
type Victim = "command line" | "engine" | "both";

describe("a run that is killed in the middle of an update", function () {
  this.timeout(300_000);
  let cluster: TestCluster;
  let project: TestProject;
  let environment = "";
  let environments = 0;

  before(async () => {
    cluster = await startTestCluster("kill");
    project = await createTestProject();
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

  async function live(): Promise<readonly string[]> {
    const list = await cluster.kubectl("-n", environment, "get", "configmaps", "-l", selector, "-o", "name");
    return list.split("\n").map((line) => line.replace("configmap/", ""));
  }

  const open = (lines: string[] = []): Promise<Engine> =>
    openTestEngine(project, cluster.kubeconfig, { environment, lines });

  /** Starts an update in a process of its own and kills it once some objects are there or gone. */
  async function killedUpdate(victim: Victim, changed: (now: readonly string[]) => boolean): Promise<void> {
    const script = join(repository, "test", "support", "engine-child.ts");
    const child = spawn(
      process.execPath,
      [script, project.folder, project.cacheHome, cluster.kubeconfig, environment],
      {
        stdio: "ignore",
      },
    );
    const exit = once(child, "exit");
    while (child.exitCode === null && !changed(await live().catch(() => []))) await sleep(20);
    assert.equal(child.exitCode, null, "the update ended before it could be killed");
    await kill(child, victim);
    await exit;
  }

  async function kill(child: ChildProcess, victim: Victim): Promise<void> {
    const engine = await enginePid();
    if (victim !== "command line") process.kill(engine, "SIGKILL");
    if (victim !== "engine") child.kill("SIGKILL");
  }

  async function enginePid(): Promise<number> {
    const text = await readFile(join(project.folder, ".driftless", "runs", `${environment}.json`), "utf8");
    const { engine } = JSON.parse(text) as { readonly engine: { readonly pid: number } };
    return engine.pid;
  }

  /** The next update, with no step by hand in between; waits while an engine that survived is at work. */
  async function nextUpdate(): Promise<readonly string[]> {
    const lines: string[] = [];
    for (let attempt = 0; ; attempt += 1) {
      try {
        await (await open(lines)).up(await runOptions(project, environment));
        return lines;
      } catch (error) {
        if (attempt > 60 || !(error instanceof DriftlessError) || error.code !== "LOCKED") throw error;
        await sleep(1_000);
      }
    }
  }

  async function assertWhole(wanted: readonly string[]): Promise<void> {
    assert.deepEqual((await live()).toSorted(), ["keep", ...wanted].toSorted());
    const engine = await open();
    const preview = await engine.preview({ ...(await runOptions(project, environment)), refresh: true });
    assert.deepEqual(preview.changes, []);
    const state = await engine.exportState();
    assert.ok(state !== undefined);
    const urns = (state.deployment["resources"] as readonly { readonly urn: string }[]).map(({ urn }) => urn);
    assert.equal(new Set(urns).size, urns.length);
    assert.equal(state.deployment["pending_operations"], undefined);
    const locks = join(
      project.folder,
      ".driftless",
      "state",
      ".pulumi",
      "locks",
      "organization",
      "driftless",
      environment,
    );
    assert.deepEqual(await readdir(locks), []);
  }

  // A first update, so that a stack which is hardly there is among the cases.
  for (const [victim, at] of [
    ["engine", 3],
    ["command line", 10],
    ["both", 30],
  ] as const) {
    it(`recovers when the ${victim} dies after ${at} of ${count} objects, with nothing lost or double`, async () => {
      await pin(names, "1");
      await killedUpdate(victim, (now) => now.length > at);
      await nextUpdate();
      await assertWhole(names);
    });
  }

  it("deletes what was being created if it is no longer wanted", async () => {
    await pin(names, "1");
    await killedUpdate("both", (now) => now.length > 20);
    const kept = names.slice(0, 3);
    await pin(kept, "1");
    await nextUpdate();
    await assertWhole(kept);
  });

  it("recovers from a kill in the middle of changes and of deletions, back to where it came from too", async () => {
    await pin(names, "1");
    await nextUpdate();
    await pin(names.slice(0, 10), "2");
    await killedUpdate("both", (now) => now.length < count - 5);
    await pin(names, "1");
    const lines = await nextUpdate();
    assert.ok(lines.includes("released the lock of a run that is dead"), lines.join("\n"));
    await assertWhole(names);
  });
});
