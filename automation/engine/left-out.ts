import { isList, record } from "../../core/manifest/json.ts";
import type { Json } from "../../core/manifest/manifest.ts";
import { componentTypes, objectOfUrn, parseResourceName, parseUrn } from "../../core/plan/identity.ts";
import { stepOfUrn } from "../../core/plan/step-name.ts";
import { RunFailed, type RunFailure } from "./run-failed.ts";
import { asText } from "./text.ts";
import type { LeftOutCluster, StateExport } from "./types.ts";

/** Variable that tells the program which clusters to leave out: names with commas between them. */
export const leftOutVariable = "DRIFTLESS_LEFT_OUT";

/**
 * What the engine is to leave as the state has it, because it belongs to clusters that are left out: names with `**` for
 * their objects, of which there may be too many for a command line, and the URNs of everything else. What all of it depends
 * on stays too, which the engine sees to.
 */
export function urnsOfClusters(state: StateExport | undefined, clusters: ReadonlySet<string>): readonly string[] {
  const resources = state?.deployment["resources"];
  if (clusters.size === 0 || !isList(resources)) return [];
  return [...[...clusters].map((name) => `**::${name}/**`), ...besideObjects(resources, clusters)];
}

/**
 * The state in which what belongs to these clusters depends on nothing else; undefined if it is so already. The engine
 * (3.250) writes what it leaves alone in front of what it skipped because something failed: a gate that an object refers to
 * would then stand behind it, and no later run could read that state. The next run that reaches the cluster notes all of it again.
 */
export function detached(state: StateExport | undefined, clusters: ReadonlySet<string>): StateExport | undefined {
  const resources = state?.deployment["resources"];
  if (state === undefined || clusters.size === 0 || !isList(resources)) return undefined;
  const own = besideObjects(resources, clusters);
  for (const resource of resources) {
    const urn = asText(record(resource)["urn"]);
    if (clusters.has(objectOfUrn(urn)?.cluster ?? "")) own.add(urn);
  }
  let changed = false;
  const inside = (list: Json | undefined): readonly Json[] => {
    const all = isList(list) ? list : [];
    const kept = all.filter((urn) => own.has(asText(urn)));
    changed ||= kept.length < all.length;
    return kept;
  };
  const rest = resources.map((resource): Json => {
    const known = record(resource);
    if (!own.has(asText(known["urn"]))) return resource;
    const { dependencies, propertyDependencies } = known;
    const properties = Object.entries(record(propertyDependencies)).map(
      ([name, list]) => [name, inside(list)] as const,
    );
    return {
      ...known,
      ...(dependencies === undefined ? {} : { dependencies: inside(dependencies) }),
      ...(propertyDependencies === undefined ? {} : { propertyDependencies: Object.fromEntries(properties) }),
    };
  });
  return changed ? { ...state, deployment: { ...state.deployment, resources: rest } } : undefined;
}

/** URNs of clusters, of what is below them, and of their hooks. */
function besideObjects(resources: readonly Json[], clusters: ReadonlySet<string>): Set<string> {
  const owned = new Set<string>();
  // Parents come before their children.
  for (const resource of resources) {
    const { urn, parent } = record(resource);
    const text = asText(urn);
    if (owned.has(asText(parent)) || isCluster(text, clusters) || isHookOn(text, clusters)) owned.add(text);
  }
  return owned;
}

function isCluster(urn: string, clusters: ReadonlySet<string>): boolean {
  const parsed = parseUrn(urn);
  return parsed?.type === componentTypes.cluster && clusters.has(parsed.name);
}

function isHookOn(urn: string, clusters: ReadonlySet<string>): boolean {
  const step = stepOfUrn(urn);
  return step?.kind === "hook" && clusters.has(parseResourceName(step.resourceName)?.cluster ?? "");
}

/** That a run left clusters out is what failed of it, whatever else did. */
export function leftOutFailures(leftOut: readonly LeftOutCluster[] = []): readonly RunFailure[] {
  return leftOut.map(({ cluster, finding }) => ({ owner: `cluster/${cluster}`, finding }));
}

/** The error of a run that left clusters out, which says so too. */
export function withLeftOut(error: unknown, leftOut: readonly LeftOutCluster[]): unknown {
  if (!(error instanceof RunFailed) || leftOut.length === 0) return error;
  const failures = [...error.failures, ...leftOutFailures(leftOut)] as const;
  const [first, ...rest] = failures;
  return new RunFailed([first, ...rest], { ...error.result, leftOut }, { cause: error.cause });
}
