import { randomBytes } from "node:crypto";
import { encodeBaseline } from "../../core/drift/baseline-codec.ts";
import {
  emptyBaseline,
  baselineEntry,
  baselineNormal,
  type Baseline,
  type BaselineEntry,
} from "../../core/drift/baseline.ts";
import { compare } from "../../core/drift/compare.ts";
import { holdBack, type BeforeRun } from "../../core/drift/hold-back.ts";
import { isSecret, normalDesired, normalDigest, normalForm } from "../../core/drift/normal-form.ts";
import { revertedAfter } from "../../core/drift/reverted.ts";
import { keptBaseline, secretKey } from "../../core/drift/stash.ts";
import type { EnvironmentSpec } from "../../core/environment/spec.ts";
import { throwErrors } from "../../core/errors/error.ts";
import type { KubernetesObject } from "../../core/manifest/manifest.ts";
import type { ObjectChange } from "../../core/plan/change.ts";
import { nameOfIdentity } from "../../core/plan/identity.ts";
import { scan, type ScanRequest } from "../../live/scan.ts";
import type { Engine, StateExport, UpdateResult } from "../engine/types.ts";
import { readBaseline } from "./read-baseline.ts";
import { seenObjects, stateResources, type StateResource } from "./resources.ts";

/** What the keeper of a baseline works with. */
export interface KeeperInput {
  readonly spec: Pick<EnvironmentSpec, "name" | "clusters">;
  readonly engine: Pick<Engine, "exportState" | "keepBaseline" | "baselineKey">;
  readonly context: ScanRequest<StateResource>["context"];
}

/** What a run did, as far as the baseline is concerned. */
export type DoneRun = Pick<UpdateResult, "changes" | "finished" | "leftOut">;

/**
 * Keeps what objects look like after a run. A run takes new entries for what it has touched, of owners that came up only;
 * what had drifted before it and still does stays drift. What was never kept, or was applied by others since, is made up
 * for by what the engine saw when it applied it.
 */
export class BaselineKeeper {
  readonly #input: KeeperInput;
  readonly #drifted = new Map<string, BeforeRun>();
  #key: Promise<string> | undefined;

  constructor(input: KeeperInput) {
    this.#input = input;
  }

  /** Notes which fields of objects that a run is about to change have drifted. */
  async before(
    changes: readonly Pick<ObjectChange, "action" | "cluster" | "kind" | "namespace" | "name">[],
  ): Promise<void> {
    const state = await this.#input.engine.exportState();
    if (state === undefined) return;
    const names = new Set(changes.filter(({ action }) => action !== "delete").map(nameOfIdentity));
    const { baseline = emptyBaseline } = read(this.#input, state);
    const targets = stateResources(state).filter(
      ({ resourceName: name }) => names.has(name) && baseline.objects.has(name),
    );
    await this.#look(targets, async (resource, live) => {
      const entry = baseline.objects.get(resource.resourceName);
      if (entry === undefined || entry.uid !== live.metadata["uid"]) return;
      if (entry.resourceVersion !== undefined && entry.resourceVersion === live.metadata["resourceVersion"]) return;
      const normal = baselineNormal(entry, resource.inputs);
      if (normal === undefined) return;
      const found = compare(normal, normalForm(live, await this.#keyFor(live)));
      const desired = normalDesired(resource.inputs);
      if (found.length > 0) this.#drifted.set(resource.resourceName, { desired, live, found });
    });
  }

  /**
   * Writes the baseline after a run.
   * @param run Undefined if there was nothing to do: then it only makes up for what is missing.
   */
  async after(run: DoneRun | undefined): Promise<void> {
    const { engine } = this.#input;
    const state = await engine.exportState();
    const kept = keptBaseline(state?.deployment);
    if (state === undefined || kept === undefined) return;
    const { baseline = emptyBaseline } = read(this.#input, state);
    const touched = new Set(run?.changes.map(nameOfIdentity));
    const leftOut = new Set((run?.leftOut ?? []).map(({ cluster }) => cluster));
    const objects = new Map<string, BaselineEntry>();
    const wanted: StateResource[] = [];
    for (const resource of stateResources(state)) {
      const entry = baseline.objects.get(resource.resourceName);
      const isUp = run === undefined || (run.finished.has(resource.owner) && !leftOut.has(resource.cluster));
      if (entry !== undefined) objects.set(resource.resourceName, entry);
      if (isUp && (touched.has(resource.resourceName) || !isFresh(entry, resource))) wanted.push(resource);
    }
    const seen = wanted.some(({ resourceName: name }) => !touched.has(name))
      ? seenObjects(state)
      : new Map<string, never>();
    await this.#look(wanted, async (resource, live) => {
      const { resourceName: name } = resource;
      const entry = touched.has(name)
        ? await this.#fromLive(resource, live, objects.get(name))
        : await this.#fromSeen(resource, live, seen.get(name));
      objects.set(name, entry);
    });
    const text = encodeBaseline({ objects });
    if (text === kept.baseline) return;
    const made = kept.key === undefined ? await this.#key : undefined;
    await engine.keepBaseline({ baseline: text, ...(made === undefined ? {} : { key: secretKey(made) }) });
  }

  async #fromLive(
    { resourceName, inputs }: StateResource,
    live: KubernetesObject,
    old: BaselineEntry | undefined,
  ): Promise<BaselineEntry> {
    const now = normalForm(live, await this.#keyFor(live));
    const before = this.#drifted.get(resourceName);
    const after = { desired: normalDesired(inputs), live, normal: now };
    const { normal, held } = before === undefined ? { normal: now, held: 0 } : holdBack(before, after);
    const reverted = revertedAfter(old?.reverted ?? [], before, now, new Date().toISOString());
    const entry = baselineEntry(inputs, normal, identity(live, held === 0));
    return reverted.length === 0 ? entry : { ...entry, reverted };
  }

  /** The engine has seen the object right after it had applied it; what differs since then is drift. */
  async #fromSeen(
    resource: StateResource,
    live: KubernetesObject,
    seen: KubernetesObject | undefined,
  ): Promise<BaselineEntry> {
    const now = normalForm(live, await this.#keyFor(live));
    // What a Secret held then is encrypted.
    if (seen === undefined || isSecret(live)) return baselineEntry(resource.inputs, now, identity(live, true));
    const normal = normalForm(seen);
    const uid = seen.metadata["uid"];
    const same = normalDigest(normal) === normalDigest(now) && uid === live.metadata["uid"];
    return baselineEntry(resource.inputs, normal, same ? identity(live, true) : identity(seen, false));
  }

  /** Looks at objects that are there and not going. Throws if one of them cannot be read. */
  async #look(
    targets: readonly StateResource[],
    take: (resource: StateResource, live: KubernetesObject) => Promise<void>,
  ): Promise<void> {
    if (targets.length === 0) return;
    const { spec, context } = this.#input;
    const taken: Promise<void>[] = [];
    const found = await scan({
      environment: spec.name,
      targets,
      clusters: spec.clusters,
      context,
      onObject: (resource, live) => {
        if (live !== undefined && live.metadata["deletionTimestamp"] === undefined) taken.push(take(resource, live));
      },
    });
    await Promise.all(taken);
    throwErrors(found.errors.map(({ finding }) => finding));
  }

  /** The key for a Secret, made with the first one; undefined for any other object. */
  async #keyFor(live: KubernetesObject): Promise<string | undefined> {
    if (!isSecret(live)) return undefined;
    this.#key ??= this.#input.engine.baselineKey().then((key) => key ?? randomBytes(32).toString("base64url"));
    return this.#key;
  }
}

function read({ spec }: KeeperInput, state: StateExport): { readonly baseline?: Baseline | undefined } {
  return readBaseline(spec.name, state, stateResources(state));
}

function isFresh(entry: BaselineEntry | undefined, { inputs }: StateResource): boolean {
  return entry?.desired === normalDigest(normalDesired(inputs));
}

function identity({ metadata }: KubernetesObject, current: boolean): { uid: string; resourceVersion?: string } {
  const { uid, resourceVersion } = metadata;
  return {
    uid: typeof uid === "string" ? uid : "",
    ...(current && typeof resourceVersion === "string" ? { resourceVersion } : {}),
  };
}
