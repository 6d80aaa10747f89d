import { isJsonObject, isList, sameJson } from "../manifest/json.ts";
import type { Json, JsonObject, KubernetesObject } from "../manifest/manifest.ts";
import { fieldPath, type Step } from "../plan/path.ts";
import { setAt, valueAt } from "./items.ts";
import { isSecret } from "./normal-form.ts";
import type { Difference } from "./report.ts";

/** One operation of a JSON patch (RFC 6902). */
export type PatchOperation =
  | { readonly op: "test" | "add" | "replace"; readonly path: string; readonly value: Json }
  | { readonly op: "remove"; readonly path: string };

/**
 * The patch that takes back what an update cannot, because Git does not set it: fields that somebody added, and fields that
 * the cluster had filled in and somebody has changed or taken away. It holds only while the object is the same one and all
 * that it touches is as it was seen: else the API server refuses the whole of it. Empty if there is nothing of the kind.
 * @param live The object as the cluster holds it.
 * @param before Normal form that it should have.
 * @param differences What has drifted of it.
 */
export function undoPatch(
  live: KubernetesObject,
  before: JsonObject,
  differences: readonly Difference[],
): readonly PatchOperation[] {
  const wanted = undone(live, before, differences.filter(isForeign).filter(isKnownOf(live)));
  if (sameJson(wanted, live)) return [];
  const edits = editsOf({ path: "", guards: [] }, live, wanted);
  const { uid = null, resourceVersion = null } = live.metadata;
  // Nothing says that a field is absent, and values of a Secret are better not sent about: there, the version does.
  const exact = isSecret(live) || edits.some(({ operation }) => operation.op === "add");
  const guards = exact ? [test("/metadata/resourceVersion", resourceVersion)] : edits.flatMap((edit) => edit.guards);
  const once = new Map(guards.map((guard) => [guard.path, guard]));
  return [test("/metadata/uid", uid), ...once.values(), ...edits.map(({ operation }) => operation)];
}

/** True for what no apply takes back: Git does not set it. */
export function isForeign({ ours, kind }: Pick<Difference, "ours" | "kind">): boolean {
  return !ours && kind !== "moved";
}

/** Where `normalForm` has the hashes of values that nobody keeps. */
const hashed: ReadonlySet<string> = new Set(["data", "stringData", "metadata"]);

/** Of a Secret, only what was added is known for certain. */
function isKnownOf(live: KubernetesObject): (difference: Difference) => boolean {
  const secret = isSecret(live);
  return ({ kind, steps: [first] }) => !secret || kind === "added" || typeof first !== "string" || !hashed.has(first);
}

/** The object without these differences. Places in lists are those of the live one, so what comes last goes first. */
function undone(live: KubernetesObject, before: JsonObject, differences: readonly Difference[]): Json {
  const of = (kind: Difference["kind"]): readonly Difference[] => differences.filter((each) => each.kind === kind);
  let wanted: Json | undefined = live;
  for (const { steps } of of("changed")) wanted = setAt(wanted, steps, valueAt(before, steps));
  for (const { steps } of of("added").toReversed()) wanted = without(wanted, before, steps);
  for (const { steps } of of("removed")) wanted = restored(wanted, steps, valueAt(before, steps));
  return wanted ?? null;
}

/** Takes a field away, and what held nothing else and was not there before. */
function without(value: Json | undefined, before: JsonObject, steps: readonly Step[]): Json | undefined {
  const rest = setAt(value, steps, undefined);
  const parent = steps.slice(0, -1);
  if (parent.length === 0 || !isJsonObject(rest) || valueAt(before, parent) !== undefined) return rest;
  const left = valueAt(rest, parent);
  return left !== undefined && isEmpty(left) ? without(rest, before, parent) : rest;
}

/** Puts a field back, with whatever held it; an item without a key goes where it was. */
function restored(value: Json | undefined, steps: readonly Step[], old: Json | undefined): Json | undefined {
  const place = steps.at(-1);
  const parent = steps.slice(0, -1);
  const list = isJsonObject(value) ? valueAt(value, parent) : undefined;
  if (typeof place === "number" && isList(list) && old !== undefined) {
    return setAt(value, parent, list.toSpliced(place, 0, old));
  }
  return setAt(value, steps, old);
}

function isEmpty(value: Json): boolean {
  return isList(value) ? value.length === 0 : isJsonObject(value) && Object.keys(value).length === 0;
}

interface Edit {
  /** What has to be so for the operation to mean what it was meant for. */
  readonly guards: readonly PatchTest[];
  readonly operation: PatchOperation;
}

type PatchTest = Extract<PatchOperation, { readonly value: Json }>;

interface Place {
  readonly path: string;
  readonly guards: readonly PatchTest[];
}

/** What makes one value of another. A list of another length is replaced as a whole: no place in it ever shifts. */
function editsOf({ path, guards }: Place, live: Json, wanted: Json): readonly Edit[] {
  if (sameJson(live, wanted)) return [];
  if (isList(live) && isList(wanted) && live.length === wanted.length) {
    return live.flatMap((item, at) => {
      const place = `${path}/${at}`;
      return editsOf({ path: place, guards: [...guards, itemTest(place, item)] }, item, wanted[at] ?? null);
    });
  }
  if (!isJsonObject(live) || !isJsonObject(wanted)) {
    return [{ guards: [...guards, test(path, live)], operation: { op: "replace", path, value: wanted } }];
  }
  return [...new Set([...Object.keys(live), ...Object.keys(wanted)])].flatMap((key): readonly Edit[] => {
    const [place, now, then] = [`${path}/${escaped(key)}`, own(live, key), own(wanted, key)];
    if (now === undefined)
      return then === undefined ? [] : [{ guards, operation: { op: "add", path: place, value: then } }];
    if (then === undefined)
      return [{ guards: [...guards, test(place, now)], operation: { op: "remove", path: place } }];
    return editsOf({ path: place, guards }, now, then);
  });
}

/** That the item of a list is the one that was meant: by its name, or by all of it. */
function itemTest(path: string, item: Json): PatchTest {
  const name = isJsonObject(item) ? item["name"] : undefined;
  return typeof name === "string" ? test(`${path}/name`, name) : test(path, item);
}

function test(path: string, value: Json): PatchTest {
  return { op: "test", path, value };
}

function own(value: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

function escaped(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** What a cluster gives to an object when it is made: addresses, ports, volumes, ids. */
const allocated: readonly RegExp[] = [
  /^spec\.(clusterIPs?|healthCheckNodePort|volumeName)\b/,
  /^spec\.ports\[.*\]\.nodePort$/,
  /controller-uid/,
];

/** True for a field whose value no object of the same name can have again. */
export function isAllocated(steps: readonly Step[]): boolean {
  const path = fieldPath(steps);
  return allocated.some((pattern) => pattern.test(path));
}
