import { baselineNormal, isStale, type Baseline, type BaselineEntry } from "../../core/drift/baseline.ts";
import { classify, needsSecretKey, type OrphanObject, type StateObject } from "../../core/drift/classify.ts";
import { isSecret, normalDigest, normalForm } from "../../core/drift/normal-form.ts";
import type { ObjectDrift } from "../../core/drift/report.ts";
import type { Finding } from "../../core/errors/finding.ts";
import { kindGroup, type KubernetesObject } from "../../core/manifest/manifest.ts";
import type { ScanTarget } from "../../live/scan.ts";
import type { MeasureInput } from "./measure.ts";
import { originOf, type StateResource } from "./resources.ts";

/** An object of the state, without what it is made of. */
export interface WatchedObject extends ScanTarget {
  readonly owner: string;
  /** File of the source that it came from. */
  readonly origin: string | undefined;
}

/** What is kept of an object that was seen last: enough to tell whether another baseline is true of it. */
type Seen = "absent" | { readonly uid: string; readonly version: string; readonly digest: string | undefined };

/** What is to be said of an object; a finding: nothing can be. */
export type Judgement = { readonly drift: ObjectDrift } | { readonly finding: Finding };

/** What objects are judged by. */
export type JudgeRules = Pick<MeasureInput, "spec" | "rules" | "secretKey">;

interface Entry {
  readonly object: WatchedObject;
  /** What was asked for, as text: a tenth of what it takes as an object. */
  readonly inputs: string;
  seen: Seen | undefined;
}

/**
 * The objects of an environment, what they should look like, and what was seen of them last. Keeps texts and digests: no
 * object.
 */
export class WatchedObjects {
  readonly #input: JudgeRules;
  /** What the objects should look like; undefined if nobody knows. */
  readonly baseline: Baseline | undefined;
  readonly #entries: ReadonlyMap<string, Entry>;

  /** @param before What was seen of objects is taken over from there. */
  constructor(
    { spec, rules, secretKey }: JudgeRules,
    resources: readonly StateResource[],
    baseline: Baseline | undefined,
    before?: WatchedObjects,
  ) {
    // No more of it: it holds the whole state.
    this.#input = { spec, rules, secretKey };
    this.baseline = baseline;
    this.#entries = new Map(
      resources.map((resource) => {
        const { resourceName, cluster, apiVersion, kind, namespace, name, owner } = resource;
        const place = namespace === undefined ? {} : { namespace };
        const object = { resourceName, cluster, apiVersion, kind, ...place, name, owner, origin: originOf(resource) };
        const seen = before === undefined ? undefined : before.#entries.get(resourceName)?.seen;
        return [resourceName, { object, inputs: JSON.stringify(resource.inputs), seen }];
      }),
    );
  }

  /** All of them. */
  get objects(): readonly WatchedObject[] {
    return [...this.#entries.values()].map(({ object }) => object);
  }

  /** One of them. */
  get(resourceName: string): WatchedObject | undefined {
    return this.#entries.get(resourceName)?.object;
  }

  /** True if an object of this identity is one of them, under whatever name of its cluster. */
  isKnown(uid: string): boolean {
    for (const { seen } of this.#entries.values()) if (typeof seen === "object" && seen.uid === uid) return true;
    return false;
  }

  /** Notes what was seen of an object, without judging it; undefined: it is not there. */
  note(resourceName: string, live: KubernetesObject | undefined): void {
    const entry = this.#entries.get(resourceName);
    if (entry === undefined) return;
    if (live === undefined) entry.seen = "absent";
    else {
      const { uid, resourceVersion, deletionTimestamp } = live.metadata;
      const [id, version] = [uid, resourceVersion].map((each) => (typeof each === "string" ? each : ""));
      const expected = this.baseline?.objects.get(resourceName);
      const isExpected = expected?.resourceVersion === version && expected?.uid === uid;
      // Hashing takes a key for a Secret, and what is going is no such object any more.
      const known = deletionTimestamp === undefined && !isSecret(live);
      const digest = isExpected ? expected?.live : known ? normalDigest(normalForm(live)) : undefined;
      entry.seen = { uid: id ?? "", version: version ?? "", digest };
    }
  }

  /** Version of an object that was seen last; undefined if none was. */
  versionOf(resourceName: string): string | undefined {
    const seen = this.#entries.get(resourceName)?.seen;
    return typeof seen === "object" ? seen.version : undefined;
  }

  /** What is to be said of an object by what was noted of it alone; undefined: it has to be looked at. */
  judgeNoted(resourceName: string): Judgement | undefined {
    const entry = this.#entries.get(resourceName);
    if (entry?.seen === undefined) return undefined;
    const { seen } = entry;
    if (seen === "absent") return this.#classify(entry, undefined, undefined);
    const expected = this.baseline?.objects.get(resourceName);
    return expected !== undefined && this.#isAsExpected(entry, seen, expected)
      ? { drift: unchanged(entry.object) }
      : undefined;
  }

  /** What is to be said of an object that was just seen. Throws what the engine throws when it is asked for the key. */
  async judge(resourceName: string, live: KubernetesObject | undefined): Promise<Judgement | undefined> {
    this.note(resourceName, live);
    const noted = this.judgeNoted(resourceName);
    const entry = this.#entries.get(resourceName);
    if (noted !== undefined || entry === undefined) return noted;
    const state = [stateObject(entry)];
    const needed = needsSecretKey({ objects: state, baseline: this.baseline, live: found(resourceName, live) });
    const key = needed ? await this.#input.secretKey() : undefined;
    return this.#classify(entry, live, key);
  }

  /** What is to be said of an object that the state does not know. */
  judgeOrphan(orphan: OrphanObject): ObjectDrift | undefined {
    const { spec, rules } = this.#input;
    const scan = { environment: spec.name, objects: [], baseline: this.baseline, live: new Map<string, never>() };
    return classify({ ...scan, orphans: [orphan], errors: [], rules }).objects[0];
  }

  #classify(entry: Entry, live: KubernetesObject | undefined, secretKey: string | undefined): Judgement {
    const { spec, rules } = this.#input;
    const { resourceName } = entry.object;
    const { objects, errors } = classify({
      environment: spec.name,
      objects: [stateObject(entry)],
      baseline: this.baseline,
      live: found(resourceName, live),
      orphans: [],
      errors: [],
      rules,
      secretKey,
    });
    const [error] = errors;
    return error === undefined ? { drift: objects[0] ?? unchanged(entry.object) } : { finding: error.finding };
  }

  #isAsExpected(entry: Entry, seen: Exclude<Seen, "absent">, expected: BaselineEntry): boolean {
    if (seen.uid !== expected.uid) return false;
    if (expected.resourceVersion !== undefined && seen.version === expected.resourceVersion) return true;
    const { inputs } = stateObject(entry);
    return (
      seen.digest === expected.live && !isStale(expected, inputs) && baselineNormal(expected, inputs) !== undefined
    );
  }
}

function found(
  resourceName: string,
  live: KubernetesObject | undefined,
): ReadonlyMap<string, KubernetesObject | "absent"> {
  return new Map([[resourceName, live ?? "absent"]]);
}

function stateObject({ object, inputs }: Entry): StateObject {
  return { resourceName: object.resourceName, owner: object.owner, inputs: JSON.parse(inputs) as KubernetesObject };
}

function unchanged({ resourceName, owner, cluster, apiVersion, kind, namespace, name }: WatchedObject): ObjectDrift {
  const place = namespace === undefined ? {} : { namespace };
  return {
    ...{ verdict: "unchanged", owner, cluster, kind: kindGroup({ apiVersion, kind }), ...place, name, resourceName },
    ...{ differences: [], ignored: [] },
  };
}
