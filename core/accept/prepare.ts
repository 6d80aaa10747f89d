import { compare } from "../drift/compare.ts";
import { normalDesired } from "../drift/normal-form.ts";
import type { Difference, ObjectDrift } from "../drift/report.ts";
import { record } from "../manifest/json.ts";
import type { JsonObject, KubernetesObject } from "../manifest/manifest.ts";
import { applicationOf } from "../plan/identity.ts";
import type { ApplicationPlan, EnvironmentPlan, PlannedObject } from "../plan/plan.ts";
import { refusedField } from "./refused-field.ts";
import { NotAccepted, type Place, type Subject } from "./subject.ts";

/** What of the drift of an object is not written to Git, and why. */
export interface Refusal {
  readonly object: ObjectDrift;
  /** A field of it; absent for the object as a whole. */
  readonly field?: Difference;
  readonly reason: NotAccepted;
}

/** What can be tried, and what cannot. */
export interface Prepared {
  readonly subjects: readonly Subject[];
  readonly refused: readonly Refusal[];
}

/** What decides about drifted objects before any file is looked at. */
export interface PrepareInput {
  readonly plan: EnvironmentPlan;
  /** What was applied last, by resource name. */
  readonly applied: ReadonlyMap<string, KubernetesObject>;
  /** True if objects that are gone on a cluster are to go from Git too. */
  readonly removeDeleted: boolean;
}

/** Brings together what Git says once of an object on several clusters, and sorts out what it can never say. */
export function prepare(drifted: readonly ObjectDrift[], input: PrepareInput): Prepared {
  const planned = plannedObjects(input.plan);
  const groups = new Map<string, { readonly head: Omit<Subject, "places">; readonly places: Place[] }>();
  const refused: Refusal[] = [];
  for (const object of drifted) {
    const result = placeOf(object, planned.get(object.resourceName), input);
    refused.push(...result.refused);
    if (result.place === undefined) continue;
    const { owner, kind, namespace, name } = object;
    const head = { application: applicationOf(owner) ?? "", kind, namespace, name };
    const key = JSON.stringify(head);
    const group = groups.get(key) ?? { head, places: [] };
    groups.set(key, group);
    group.places.push(result.place);
  }
  const subjects = [...groups.values()].flatMap(({ head, places: [first, ...rest] }): readonly Subject[] =>
    first === undefined ? [] : [{ ...head, places: [first, ...rest] }],
  );
  return { subjects, refused };
}

interface PlaceOrRefusals {
  readonly place?: Place;
  readonly refused: readonly Refusal[];
}

function placeOf(
  object: ObjectDrift,
  planned: PlannedObject | undefined,
  { applied, removeDeleted, plan }: PrepareInput,
): PlaceOrRefusals {
  const { environment } = plan;
  const refuse = (message: string, fix: string): PlaceOrRefusals => ({
    refused: [{ object, reason: new NotAccepted(message, fix) }],
  });
  const { verdict, owner, terminating } = object;
  if (verdict === "orphan") {
    return refuse(
      "Nothing in Git makes it.",
      "Write a manifest for it (kubectl get … -o yaml shows what it is), or delete it.",
    );
  }
  if (applicationOf(owner) === undefined) {
    return refuse(
      "Driftless writes it itself, from the environment document.",
      `Change ${owner.replace("tenant/", "tenants.")} in environments/${environment}.yaml, or revert it with driftless up ${environment} --refresh.`,
    );
  }
  const was = applied.get(object.resourceName);
  if (planned === undefined || was === undefined || !isSame(was, planned.object)) {
    return refuse(
      "The pin says something else of it than was applied last.",
      `Run driftless up ${environment} first; what has drifted then is what nobody has decided.`,
    );
  }
  if (terminating === true) return refuse("It is being deleted, and not gone yet.", "Wait until it is gone.");
  if (verdict === "deleted") {
    if (removeDeleted) return { place: { planned, changes: "removed" }, refused: [] };
    return refuse(
      "It is gone on the cluster.",
      `Give --deleted to remove it from Git too, or make it again with driftless up ${environment} --refresh.`,
    );
  }
  const fields = object.differences.map((field) => ({ field, reason: refusedField(planned.object, field) }));
  const accepted = fields.filter(({ reason }) => reason === undefined).map(({ field }) => field);
  const changes = fields.some(({ field, reason }) => reason !== undefined && isPutBack(field)) ? [] : accepted;
  const held = accepted.slice(changes.length).map((field) => ({ object, field, reason: putBack(environment) }));
  const refused = fields.flatMap(({ field, reason }) => (reason === undefined ? [] : [{ object, field, reason }]));
  if (changes.length > 0) return { place: { planned, changes }, refused };
  if (refused.length > 0) return { refused: [...refused, ...held] };
  return refuse(
    "It was deleted and made anew, and is as Git says.",
    `There is nothing to write: run driftless up ${environment} --refresh, which takes it as it is.`,
  );
}

/** An object is applied as a whole: what Git sets and does not come to say is lost with the next change of the object. */
function isPutBack({ ours, path }: Difference): boolean {
  return ours && !path.startsWith("metadata.");
}

function putBack(environment: string): NotAccepted {
  return new NotAccepted(
    "Another field of the object cannot be accepted, and an update would put that back without a word.",
    `Settle that field first: write it to Git by hand, or put it back with driftless up ${environment} --refresh.`,
  );
}

/** Whether Git says what was applied; the provider's own annotations aside. */
function isSame(applied: KubernetesObject, planned: KubernetesObject): boolean {
  return compare(normalDesired(applied), withoutProvider(normalDesired(planned), normalDesired(applied))).length === 0;
}

function withoutProvider(planned: JsonObject, applied: JsonObject): JsonObject {
  const own = record(record(applied["metadata"])["annotations"]);
  const provider = Object.entries(own).filter(([key]) => key.startsWith("pulumi.com/"));
  const metadata = record(planned["metadata"]);
  const annotations = { ...record(metadata["annotations"]), ...Object.fromEntries(provider) };
  return { ...planned, metadata: { ...metadata, annotations } };
}

function plannedObjects({ applications, tenants }: EnvironmentPlan): ReadonlyMap<string, PlannedObject> {
  const owners: readonly Pick<ApplicationPlan, "objects">[] = [...tenants, ...applications];
  return new Map(owners.flatMap(({ objects }) => objects.map((object) => [object.resourceName, object] as const)));
}
