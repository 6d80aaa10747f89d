import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { BaselineKeeper } from "../../automation/drift/keep.ts";
import { stateResources } from "../../automation/drift/resources.ts";
import { openEngine } from "../../automation/engine/engine.ts";
import { stateFile, stateFiles } from "../../automation/engine/state-files.ts";
import { loadEnvironment } from "../../core/environment/load.ts";
import { record } from "../../core/manifest/json.ts";
import type { JsonObject, KubernetesObject } from "../../core/manifest/manifest.ts";
import { objectOfUrn, parseResourceName } from "../../core/plan/identity.ts";
import { managedBy } from "../../core/plan/ownership.ts";
import { ApiServer } from "../../live/api-server.ts";
import { isKubernetesObject } from "../../live/json.ts";
import type { Tool, ToolName } from "../../toolchain/toolchain.ts";
import type { Arena } from "../contestants/contestant.ts";
import { applicationName } from "../objects.ts";
import { without } from "./kubectl.ts";
import { writeEnvironment, type Driftless } from "./world.ts";

/** How the names of all applications begin that are copied; the digit counts copies. */
const prefix = "app-0";
/** Objects that are written at once. */
const side = 16;

/** A state file, as far as it is copied. */
interface State {
  readonly checkpoint: { readonly latest: { readonly resources: readonly JsonObject[] } };
}

/**
 * Makes an environment `times` (at most 10) as large: each object of its applications is copied under other names, on the
 * cluster and in the state, and the code that keeps the baseline after an update keeps that of all of them. An update of
 * 10,000 objects by the engine takes long and much memory, and leaves behind the same. Returns the count of objects.
 */
export async function enlarge(
  arena: Arena,
  { project, command }: Driftless,
  tools: ReadonlyMap<ToolName, Tool>,
  times: number,
): Promise<number> {
  const { folder, cache } = project;
  const { spec: small } = await loadEnvironment(folder, "bench");
  const names = Array.from({ length: times * arena.scale.applications }, (_, index) => {
    const name = applicationName(index % arena.scale.applications);
    return copyText(name, Math.floor(index / arena.scale.applications));
  });
  await writeEnvironment(project, names, small.source.revision);
  const { spec } = await loadEnvironment(folder, "bench");
  const context = { project: folder, env: command.env };
  const [cluster] = Object.entries(spec.clusters);
  if (cluster === undefined) throw new Error("the environment has no cluster");
  const server = await ApiServer.open(...cluster, context);

  const file = await stateFile(stateFiles(join(folder, ".driftless", "state"), folder, "driftless", "bench"));
  if (file === undefined) throw new Error("the environment has no state");
  const state = JSON.parse(await readFile(file, "utf8")) as State;
  const { checkpoint } = state;
  const originals = checkpoint.latest.resources.filter(({ urn }) => typeof urn === "string" && urn.includes(prefix));
  const objects = await inTurns(originals, (resource) => readLive(server, resource));
  const copies: JsonObject[] = [];
  for (let copy = 1; copy < times; copy++) {
    arena.progress(`copies of the objects: ${copy} of ${times - 1}`);
    await inTurns(objects.flat(), (object) => server.apply(copyOf(object, copy)));
    copies.push(...originals.map((resource) => copyOf(resource, copy)));
  }
  const latest = { ...checkpoint.latest, resources: [...checkpoint.latest.resources, ...copies] };
  await writeFile(file, JSON.stringify({ ...state, checkpoint: { ...checkpoint, latest } }));

  arena.progress("waiting until the copies are up");
  await untilUp(server);
  arena.progress("keeping the baseline of the copies");
  const engine = await openEngine({
    ...{ project: folder, environment: "bench", clusters: spec.clusters, owners: [], tools, cache, env: command.env },
    progress: (line) => arena.progress(line),
  });
  const exported = await engine.exportState();
  const resources = exported === undefined ? [] : stateResources(exported);
  const changes = resources.flatMap(({ resourceName, owner }) => {
    const identity = parseResourceName(resourceName);
    return identity === undefined ? [] : [{ ...identity, owner, action: "create", fields: [] } as const];
  });
  const finished = new Set(resources.map(({ owner }) => owner));
  await new BaselineKeeper({ spec, engine, context }).after({ changes, finished });
  return resources.length;
}

/** The live object of a resource, as somebody would write it; nothing for components. */
async function readLive(server: ApiServer, { urn, inputs }: JsonObject): Promise<readonly KubernetesObject[]> {
  const identity = typeof urn === "string" ? objectOfUrn(urn) : undefined;
  const { apiVersion, kind } = record(inputs);
  if (identity === undefined || typeof apiVersion !== "string" || typeof kind !== "string") return [];
  const live = await server.read(apiVersion, kind, identity.namespace, identity.name);
  if (live === undefined || !isKubernetesObject(live)) throw new Error(`${identity.name} is not there`);
  const { name, namespace, labels, annotations } = live.metadata;
  const { spec, ...rest } = without(live, "status", "metadata");
  const ownSpec = without(record(spec), "clusterIP", "clusterIPs");
  const ownAnnotations = without(record(annotations), "deployment.kubernetes.io/revision");
  const own = {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    labels: record(labels),
    annotations: ownAnnotations,
  };
  const fields = { ...rest, apiVersion, kind, ...(spec === undefined ? {} : { spec: ownSpec }) };
  return [{ ...fields, metadata: own }];
}

function copyOf<Thing extends JsonObject>(thing: Thing, copy: number): Thing {
  return JSON.parse(copyText(JSON.stringify(thing), copy)) as Thing;
}

function copyText(text: string, copy: number): string {
  return text.replaceAll(prefix, `${prefix.slice(0, -1)}${copy}`);
}

/** Does something with each, a number of them at once. */
async function inTurns<One, Result>(
  all: readonly One[],
  work: (one: One) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (let at = 0; at < all.length; at += side)
    results.push(...(await Promise.all(all.slice(at, at + side).map(work))));
  return results;
}

/** Waits until all our Deployments have their pods: from then on nobody changes them. */
async function untilUp(server: ApiServer): Promise<void> {
  for (let look = 0; look < 600; look++) {
    const deployments = await server.list("apps/v1", "Deployment", `${managedBy.label}=${managedBy.value}`);
    const waiting = deployments.filter((each) => {
      const { availableReplicas, observedGeneration, replicas } = record(each["status"]);
      const { generation } = record(each["metadata"]);
      return availableReplicas !== replicas || replicas === undefined || observedGeneration !== generation;
    });
    if (waiting.length === 0) return;
    await sleep(1_000);
  }
  throw new Error("the copies do not come up");
}
