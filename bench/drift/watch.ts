import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { record } from "../../core/manifest/json.ts";
import type { Json, JsonObject } from "../../core/manifest/manifest.ts";
import type { Arena } from "../contestants/contestant.ts";
import { applicationName } from "../objects.ts";
import { percentile } from "./speed.ts";
import { namespaces, type Driftless } from "./world.ts";

/** How long after a change `driftless drift --watch` tells of it. */
export interface WatchLatency {
  readonly changes: number;
  readonly missed: number;
  /** Events about what nobody had touched. */
  readonly falseReports: number;
  /** Seconds from before the write is sent until the line is read. */
  readonly p50: number;
  readonly p99: number;
  /** Of the write alone: until the API server has answered. */
  readonly writeP50: number;
}

/** How long after a change `driftless drift --watch --heal` has taken it back. */
export interface HealLatency {
  readonly changes: number;
  readonly missed: number;
  /** Seconds from before the write is sent until the object is seen without it. */
  readonly p50: number;
  readonly p99: number;
}

const kinds = [
  ["api/v1", "configmaps", "ConfigMap"],
  ["apis/apps/v1", "deployments", "Deployment"],
  ["api/v1", "services", "Service"],
  ["api/v1", "serviceaccounts", "ServiceAccount"],
  ["api/v1", "secrets", "Secret"],
] as const;

const waitMs = 10_000;

/** Changes one object after the other, and waits for each until the watch has told of it. */
export async function measureWatch(
  arena: Arena,
  driftless: Driftless,
  kubectl: string,
  count: number,
): Promise<WatchLatency> {
  const proxy = await openProxy(arena, kubectl);
  const watch = new Watch(driftless, []);
  const latencies: number[] = [];
  const writes: number[] = [];
  const changes = Math.min(count, arena.scale.applications * kinds.length);
  try {
    await watch.until("watching", 120_000);
    for (let change = 0; change < changes; change++) {
      const [group, resource, kind] = kinds[change % kinds.length] ?? kinds[0];
      const name = applicationName(Math.floor(change / kinds.length));
      const path = `${group}/namespaces/${namespaces.driftless}/${resource}/${name}`;
      const started = performance.now();
      const told = watch.until(`${kind}/${name}`, waitMs);
      await proxy.patch(path, { metadata: { annotations: { "bench.driftless.dev/by-hand": String(change) } } });
      writes.push((performance.now() - started) / 1_000);
      const at = await told;
      if (at !== undefined) latencies.push((at - started) / 1_000);
    }
  } finally {
    await watch.stop();
    proxy.close();
  }
  const missed = changes - latencies.length;
  return {
    ...{ changes, missed, falseReports: watch.events - latencies.length },
    ...{ p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99), writeP50: percentile(writes, 0.5) },
  };
}

const healMs = 120_000;
const lookMs = 50;

/** Changes values of ConfigMaps one after the other, and waits for each until it is what it was. */
export async function measureHealing(
  arena: Arena,
  driftless: Driftless,
  kubectl: string,
  count: number,
): Promise<HealLatency> {
  const proxy = await openProxy(arena, kubectl);
  const watch = new Watch(driftless, ["--heal"]);
  const latencies: number[] = [];
  const changes = Math.min(count, arena.scale.applications);
  try {
    await watch.until("watching", 120_000);
    for (let change = 0; change < changes; change++) {
      const path = `api/v1/namespaces/${namespaces.driftless}/configmaps/${applicationName(change)}`;
      const started = performance.now();
      await proxy.patch(path, { data: { LOG_LEVEL: "changed" } });
      while (performance.now() - started < healMs) {
        if (!(await proxy.get(path)).includes('"changed"')) {
          latencies.push((performance.now() - started) / 1_000);
          break;
        }
        await sleep(lookMs);
      }
    }
  } finally {
    await watch.stop();
    proxy.close();
  }
  const missed = changes - latencies.length;
  return { changes, missed, p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) };
}

/** Somebody who writes without starting a program for each write, and under a name that is not ours. */
interface Proxy {
  patch(path: string, patch: object): Promise<void>;
  /** The object as text. */
  get(path: string): Promise<string>;
  close(): void;
}

async function openProxy({ env, kubeconfig }: Arena, kubectl: string): Promise<Proxy> {
  const child = spawn(kubectl, ["proxy", "--port=0"], {
    env: { ...env, KUBECONFIG: kubeconfig },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout });
  const [line] = (await once(lines, "line")) as readonly string[];
  const address = /127\.0\.0\.1:\d+/.exec(line ?? "")?.[0] ?? "";
  return {
    patch: async (path, patch) => {
      const answer = await fetch(`http://${address}/${path}?fieldManager=by-hand`, {
        method: "PATCH",
        headers: { "content-type": "application/merge-patch+json" },
        body: JSON.stringify(patch),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${path}: ${text}`);
    },
    get: async (path) => (await fetch(`http://${address}/${path}`)).text(),
    close: () => void child.kill(),
  };
}

/** `driftless drift --watch --json`, line by line. */
class Watch {
  readonly #child;
  readonly #waiting = new Map<string, (at: number) => void>();
  /** Events about drift so far. */
  events = 0;

  constructor({ command, project }: Driftless, more: readonly string[]) {
    this.#child = spawn(command.file, [...command.args, "drift", "bench", "--watch", "--json", ...more], {
      ...{ cwd: project.folder, env: command.env },
      stdio: ["ignore", "pipe", "inherit"],
    });
    createInterface({ input: this.#child.stdout }).on("line", (line) => this.#read(line));
  }

  /** When something was told of, as `performance.now()`; undefined if it was not in time. */
  until(what: string, ms: number): Promise<number | undefined> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(undefined), ms);
      this.#waiting.set(what, (at) => {
        clearTimeout(timer);
        resolve(at);
      });
    });
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGINT");
    await ended;
  }

  #read(line: string): void {
    const at = performance.now();
    const document: JsonObject = record(JSON.parse(line) as Json);
    const { event, object } = document;
    const { kind, name } = record(object);
    if (event !== "watching" && object === undefined) return;
    if (event !== "watching") this.events += 1;
    const what = event === "watching" ? event : `${textOf(kind).split(".")[0] ?? ""}/${textOf(name)}`;
    this.#waiting.get(what)?.(at);
    this.#waiting.delete(what);
  }
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}
