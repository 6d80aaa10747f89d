import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { record } from "../../core/manifest/json.ts";
import type { Json, JsonObject } from "../../core/manifest/manifest.ts";
import { loadEnvironment } from "../../core/environment/load.ts";
import { ApiServer } from "../../live/api-server.ts";
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

const kinds = [
  ["v1", "ConfigMap"],
  ["apps/v1", "Deployment"],
  ["v1", "Service"],
  ["v1", "ServiceAccount"],
  ["v1", "Secret"],
] as const;

const waitMs = 10_000;

/** Changes one object after the other, and waits for each until the watch has told of it. */
export async function measureWatch(arena: Arena, driftless: Driftless, count: number): Promise<WatchLatency> {
  const { spec } = await loadEnvironment(driftless.project.folder, "bench");
  const [cluster] = Object.entries(spec.clusters);
  if (cluster === undefined) throw new Error("the environment has no cluster");
  const context = { project: driftless.project.folder, env: driftless.command.env };
  const server = await ApiServer.open(...cluster, context);
  const watch = new Watch(driftless);
  const latencies: number[] = [];
  const writes: number[] = [];
  const changes = Math.min(count, arena.scale.applications * kinds.length);
  try {
    await watch.until("watching", 120_000);
    for (let change = 0; change < changes; change++) {
      const [apiVersion, kind] = kinds[change % kinds.length] ?? kinds[0];
      const name = applicationName(Math.floor(change / kinds.length));
      const patch = { metadata: { annotations: { "bench.driftless.dev/by-hand": String(change) } } };
      const started = performance.now();
      const told = watch.until(`${kind}/${name}`, waitMs);
      await server.patch(apiVersion, kind, namespaces.driftless, name, patch);
      writes.push((performance.now() - started) / 1_000);
      const at = await told;
      if (at !== undefined) latencies.push((at - started) / 1_000);
    }
  } finally {
    await watch.stop();
  }
  const missed = changes - latencies.length;
  return {
    ...{ changes, missed, falseReports: watch.events - latencies.length },
    ...{ p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99), writeP50: percentile(writes, 0.5) },
  };
}

/** `driftless drift --watch --json`, line by line. */
class Watch {
  readonly #child;
  readonly #waiting = new Map<string, (at: number) => void>();
  /** Events about drift so far. */
  events = 0;

  constructor({ command, project }: Driftless) {
    this.#child = spawn(command.file, [...command.args, "drift", "bench", "--watch", "--json"], {
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
