import { baselineNormal, type Baseline } from "../../core/drift/baseline.ts";
import {
  classify,
  needsSecretKey,
  type Found,
  type OrphanObject,
  type StateObject,
} from "../../core/drift/classify.ts";
import type { IgnoreRule } from "../../core/drift/ignore.ts";
import { isSecret, normalDigest, normalForm } from "../../core/drift/normal-form.ts";
import type { DriftError, DriftReport } from "../../core/drift/report.ts";
import type { EnvironmentSpec } from "../../core/environment/spec.ts";
import { errorFinding } from "../../core/errors/finding.ts";
import type { KubernetesObject } from "../../core/manifest/manifest.ts";
import { resourceName } from "../../core/plan/identity.ts";
import { ownerOf } from "../../core/plan/owned.ts";
import type { Claimed } from "../../live/claimed.ts";
import { scan, type Scan, type ScanRequest } from "../../live/scan.ts";
import type { StateExport } from "../engine/types.ts";
import { readBaseline } from "./read-baseline.ts";
import { stateResources, type StateResource } from "./resources.ts";

/** What drift is measured of. */
export interface MeasureInput {
  readonly spec: Pick<EnvironmentSpec, "name" | "clusters" | "tenants" | "applications">;
  /** Undefined if the environment was never updated, or its state could not be read. */
  readonly state: StateExport | undefined;
  /**
   * What the state is worth; `errors` say why. `behind`: a run is at work or was killed, and what it made may not be in it;
   * `unread`: it could not be read. Default: `read`.
   */
  readonly stateIs?: "read" | "behind" | "unread";
  readonly context: ScanRequest<StateResource>["context"];
  /** Rules of `drift.ignore` for what an owner has. */
  readonly rules: (owner: string) => readonly IgnoreRule[];
  /** The key of the hashes of Secrets; asked for only if one has changed. Undefined if there is none. */
  readonly secretKey: () => Promise<string | undefined>;
  /** What else makes the result doubtful, such as a run that is at work. */
  readonly errors?: readonly DriftError[];
}

/** What was found, and where nobody could look. */
export interface Measured {
  readonly report: DriftReport;
  /** The objects that the state knows. */
  readonly resources: readonly StateResource[];
  /** `Kind.group on cluster`: objects that no state knows were not looked for among these. */
  readonly unlisted: readonly string[];
  /** Objects that say that they are ours, of which the state knows nothing. */
  readonly orphans: readonly OrphanObject[];
  /** What it was compared with; undefined if the state holds none. */
  readonly baseline: Baseline | undefined;
}

/**
 * Compares what the clusters hold with what the objects looked like after they were last applied. Renders nothing and
 * starts no engine, but for the key if a Secret has changed. Throws for an aborted signal, and what `secretKey` throws:
 * what could not be found out is in the report.
 */
export async function measureDrift(input: MeasureInput): Promise<Measured> {
  const { spec, state, stateIs = "read", context, rules } = input;
  const resources = state === undefined ? [] : stateResources(state);
  const { baseline, errors } =
    stateIs === "unread" ? { baseline: undefined, errors: [] } : readBaseline(spec.name, state, resources);
  const live = new Map<string, Found>();
  const found = await scan({
    environment: spec.name,
    targets: resources,
    clusters: spec.clusters,
    context,
    // What only the state is missing, or a part of it, would look like something that nobody knows.
    orphans: state !== undefined && stateIs === "read",
    onObject: (resource, object) => live.set(resource.resourceName, slim(resource, object, baseline)),
  });
  for (const { finding, targets } of found.errors) {
    for (const { resourceName: name } of targets) live.set(name, { finding });
  }
  const objects = resources satisfies readonly StateObject[];
  const key = needsSecretKey({ objects, baseline, live }) ? await input.secretKey() : undefined;
  const orphans = strangers(found).map(toOrphan);
  const report = classify({
    environment: spec.name,
    objects,
    baseline,
    live,
    orphans,
    errors: [...(input.errors ?? []), ...errors, ...nothingUp(input, resources), ...found.errors.map(toError)],
    rules,
    ...(key === undefined ? {} : { secretKey: key }),
  });
  return { report, resources, unlisted: found.unlisted, orphans, baseline };
}

/** A state without objects has nothing that could have drifted, which is not what was asked for. */
function nothingUp({ spec, state }: MeasureInput, resources: readonly StateResource[]): readonly DriftError[] {
  const isEmpty = Object.keys({ ...spec.tenants, ...spec.applications }).length === 0;
  if (state === undefined || resources.length > 0 || isEmpty) return [];
  const message = `The state of "${spec.name}" holds no objects: no update has brought up anything of it.`;
  return [{ finding: errorFinding("BASELINE_MISSING", message, `Run driftless up ${spec.name}.`), objects: [] }];
}

/** What has to be kept of a live object until all are judged: of one that is as it was, no more than says so. */
function slim(resource: StateResource, live: KubernetesObject | undefined, baseline: Baseline | undefined): Found {
  if (live === undefined) return "absent";
  const { uid, resourceVersion, deletionTimestamp } = live.metadata;
  const entry = baseline?.objects.get(resource.resourceName);
  if (deletionTimestamp !== undefined || entry?.uid !== uid || entry?.resourceVersion === undefined) return live;
  const same = entry.resourceVersion === resourceVersion || (!isSecret(live) && isUnchanged(resource, live, entry));
  if (!same) return live;
  const { apiVersion, kind } = live;
  const version = entry.resourceVersion;
  return { apiVersion, kind, metadata: { name: live.metadata.name, uid: entry.uid, resourceVersion: version } };
}

/** Another version that differs in nothing that counts: most often, in its status. */
function isUnchanged(
  { inputs }: StateResource,
  live: KubernetesObject,
  entry: Parameters<typeof baselineNormal>[0],
): boolean {
  return normalDigest(normalForm(live)) === entry.live && baselineNormal(entry, inputs) !== undefined;
}

/**
 * What nobody knows, without what could not be read under another name of the same cluster: a cluster may have two, and
 * only who has read an object under the one knows it under the other.
 */
function strangers({ orphans, errors }: Scan<StateResource>): readonly Claimed[] {
  const unread = new Set(errors.flatMap(({ targets }) => targets.map(({ inputs }) => nameOnAnyCluster(inputs))));
  return orphans.filter(({ object }) => !unread.has(nameOnAnyCluster(object)));
}

function nameOnAnyCluster(object: KubernetesObject): string {
  return resourceName("", object);
}

function toOrphan({ cluster, object }: Claimed): OrphanObject {
  return { resourceName: resourceName(cluster, object), owner: ownerOf(object) ?? "environment", object };
}

function toError({ finding, cluster, targets }: Scan<StateResource>["errors"][number]): DriftError {
  return { finding, cluster, objects: targets.map(({ resourceName: name }) => name) };
}
