import type { EnvironmentSpec } from "../environment/spec.ts";
import { errorFinding, type Finding, type Place } from "../errors/finding.ts";
import { compareText } from "../plan/order.ts";
import { applicationOf, nameOfIdentity } from "../plan/identity.ts";
import { abandoned } from "./abandoned.ts";
import { isMade, isPart, lossWith } from "./cluster-parts.ts";
import { identityTitle } from "../plan/titles.ts";
import { pruneOfRemoval } from "./release.ts";
import { limitOf, type Limit } from "./limit.ts";
import { moved } from "./moved.ts";
import { contentsOf, isDeletion, isNamed, referenceOf, type HeldObject, type Removal } from "./removal.ts";

/** What somebody has allowed for one run. */
export interface Allowance {
  /** Exactly this many deletions, whatever the limits say. Absent: as many as the limits allow. */
  readonly deletions?: number;
  /** Kinds, objects and `application/<name>` whose deletion is confirmed. */
  readonly confirmed: readonly string[];
}

/** What a decision about a run is made of. */
export interface SafetyInput {
  readonly spec: Pick<EnvironmentSpec, "name" | "safety" | "applications" | "clusters">;
  /** Where a path of the environment document is written. */
  readonly locate: (path: readonly string[]) => Place;
  readonly removals: readonly Removal[];
  /** What the environment held before. */
  readonly held: readonly HeldObject[];
  readonly allowance: Allowance;
  /** What the run makes. Default: nothing. */
  readonly created?: readonly HeldObject[];
}

/** Why a run must not happen as it is, and what would allow it. */
export interface Refusal {
  readonly finding: Finding;
  /** What somebody who has read the finding may add to the allowance; absent if nothing allows it. */
  readonly remedy?: Partial<Allowance>;
  /** What has to be typed where somebody can be asked. */
  readonly answer?: string;
}

/** Everything that speaks against the deletions of a run; empty if it may go on. Linear in the objects. */
export function judgeDeletions(input: SafetyInput): readonly Refusal[] {
  const deletions = input.removals.filter(isDeletion);
  if (deletions.length === 0) return [];
  return [
    ...emptied(input, deletions),
    ...abandoned(input, deletions),
    ...moved(input, deletions),
    ...exceeded(input, deletions),
    ...unconfirmedDeletions(input, deletions),
  ];
}

/** What a run deletes: what goes with a Namespace or a kind counts too, and nothing counts twice. */
function lost(deletions: readonly Removal[], held: readonly HeldObject[]): readonly HeldObject[] {
  const all = new Map(deletions.map(({ change }): [string, HeldObject] => [nameOfIdentity(change), change]));
  const contents = contentsOf(held);
  for (const object of deletions.flatMap(contents)) {
    const name = nameOfIdentity(object);
    if (!all.has(name)) all.set(name, object);
  }
  return [...all.values()];
}

/** An application that left the document, and a document without applications. */
function emptied({ spec, locate, held, allowance }: SafetyInput, deletions: readonly Removal[]): readonly Refusal[] {
  const gone = new Set(
    deletions
      .filter(({ change }) => change.action === "delete")
      .flatMap(({ change }) => applicationOf(change.owner) ?? [])
      .filter((name) => !Object.hasOwn(spec.applications, name)),
  );
  if (gone.size > 0 && Object.keys(spec.applications).length === 0) {
    const message = `The environment has no applications any more; it had ${list([...gone].map((name) => `"${name}"`))}.`;
    const fix = `Restore them in its document; to delete all of it, run driftless destroy ${spec.name}.`;
    return [{ finding: errorFinding("EMPTY_ENVIRONMENT", message, fix, locate(["applications"])) }];
  }
  return [...gone].flatMap((name): readonly Refusal[] => {
    const reference = `application/${name}`;
    if (allowance.confirmed.includes(reference)) return [];
    const count = held.filter(({ owner }) => owner === reference).length;
    const message = `Application "${name}" is no longer in the environment; ${objects(count)} of it would go.`;
    const fix = `Restore it, or confirm that it is to go: --confirm ${reference}`;
    const finding = errorFinding("EMPTY_APPLICATION", message, fix, locate(["applications"]));
    return [{ finding, remedy: { confirmed: [reference] }, answer: reference }];
  });
}

/** The limits of the environment and of its applications; an exact allowance stands for all of them. */
function exceeded(input: SafetyInput, deletions: readonly Removal[]): readonly Refusal[] {
  const { spec, held, allowance, locate } = input;
  const objectsLost = lost(deletions, held);
  const count = objectsLost.length;
  const remedy = { remedy: { deletions: count }, answer: String(count) };
  const fix = `Read what is deleted; if all of it is to go, allow exactly that: --allow-deletions ${count}`;
  if (allowance.deletions !== undefined) {
    if (allowance.deletions === count) return [];
    const message = `--allow-deletions ${allowance.deletions} allows exactly that many, and ${objects(count)} would be deleted: ${names(objectsLost)}.`;
    return [{ finding: errorFinding("DELETIONS_EXCEEDED", message, fix), ...remedy }];
  }
  const over = (
    what: string,
    lostHere: readonly HeldObject[],
    before: number,
    limit: Limit,
    path: string[],
  ): readonly Refusal[] => {
    const most = limitOf(limit, before);
    if (lostHere.length <= most) return [];
    const rule = typeof limit === "number" ? `${most}` : `${most} (${limit} of ${before})`;
    const message = `${objects(lostHere.length)} of ${what} would be deleted, where ${[...path].join(".")} allows ${rule}: ${names(lostHere)}.`;
    return [{ finding: errorFinding("DELETIONS_EXCEEDED", message, fix, locate(path)), ...remedy }];
  };
  const byOwner = Map.groupBy(objectsLost, ({ owner }) => owner);
  const before = Map.groupBy(held, ({ owner }) => owner);
  return [
    ...over(`the environment "${spec.name}"`, objectsLost, held.length, spec.safety.maxDeletions, [
      "safety",
      "maxDeletions",
    ]),
    ...Object.entries(spec.applications).flatMap(([name, application]) => {
      const owner = `application/${name}`;
      const path = ["applications", name, "safety", "maxDeletions"];
      const [here, had] = [byOwner.get(owner) ?? [], before.get(owner)?.length ?? 0];
      return over(`the application "${name}"`, here, had, application.safety.maxDeletions, path);
    }),
  ];
}

/** Objects that are deleted only when somebody has said so. */
export function unconfirmedDeletions(input: SafetyInput, deletions: readonly Removal[]): readonly Refusal[] {
  const { allowance, held, removals } = input;
  const released = new Set(
    removals.filter(({ change }) => change.action === "release").map(({ change }) => nameOfIdentity(change)),
  );
  const inside = contentsOf(held);
  return deletions.flatMap((removal): readonly Refusal[] => {
    const { change } = removal;
    // All of a cluster that is made no more is one question.
    if (isPart(change) && !isMade(input.spec.clusters[change.cluster])) return [];
    const contents = inside(removal);
    const kept = contents.filter((object) => released.has(nameOfIdentity(object)));
    const asks =
      kept.length > 0 ||
      (pruneOfRemoval(input.spec, removal) === "confirm" && !allowance.confirmed.includes(change.kind));
    if (!asks || isNamed(change, allowance.confirmed)) return [];
    const reference = referenceOf(change);
    const message = `${identityTitle(change)} would be ${change.action === "delete" ? "deleted" : "deleted and created again"}${consequence(change.kind, contents, kept)}.`;
    const fix = `If that is meant, confirm it: --confirm ${reference}`;
    const finding = errorFinding(
      "DELETION_UNCONFIRMED",
      message,
      fix,
      change.origin === undefined ? undefined : { file: change.origin.path },
    );
    return [{ finding, remedy: { confirmed: [reference] }, answer: reference }];
  });
}

function consequence(kind: string, contents: readonly HeldObject[], kept: readonly HeldObject[]): string {
  const loss = lossWith(kind);
  if (loss !== undefined) return loss;
  const ours = contents.length === 0 ? "" : `, ${objects(contents.length)} of this environment among it`;
  if (kept.length > 0) return `, and with it what is to be kept: ${names(kept)}`;
  if (kind === "Namespace") return ` with everything in it${ours}`;
  if (kind === "PersistentVolumeClaim") return " and its data lost";
  return kind.startsWith("CustomResourceDefinition.") ? ` with every object of its kind${ours}` : "";
}

function objects(count: number): string {
  return count === 1 ? "1 object" : `${count} objects`;
}

/** Objects that a message names; the table of changes shows all of them. */
const mostNamed = 20;

function names(all: readonly HeldObject[]): string {
  return list(all.map(identityTitle).sort(compareText));
}

function list(all: readonly string[]): string {
  const shown = all.slice(0, mostNamed).join(", ");
  return all.length > mostNamed ? `${shown} and ${all.length - mostNamed} more` : shown;
}
