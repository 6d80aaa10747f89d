import type { ApplicationSpec } from "../environment/spec.ts";
import { quote } from "../errors/quote.ts";
import { concerns, patternsOf } from "../drift/ignore.ts";
import { resolvePattern } from "../drift/path-pattern.ts";
import { isList, record } from "../manifest/json.ts";
import { kindGroup, type Json, type JsonObject, type KubernetesObject } from "../manifest/manifest.ts";
import type { Problem } from "./check/problem.ts";
import { fieldPath } from "./path.ts";
import { foreignSettings, ownSettings, type AskedSettings } from "./settings-annotations.ts";

/** How one object is applied and removed: what its annotations ask for, else what its application says. */
export interface ObjectSettings {
  /**
   * What happens when the object leaves Git: `enabled` deletes it, `confirm` deletes it once somebody has confirmed it,
   * `disabled` leaves it on the cluster.
   */
  readonly prune: "enabled" | "disabled" | "confirm";
  /** Whether it may be deleted and created again where a field cannot be changed in place. */
  readonly replace: boolean;
  /** Whether fields that another manager holds with another value are taken from it. */
  readonly force: boolean;
  /** JSON pointers to fields that are set when the object is created and left alone afterwards, sorted. */
  readonly ignore: readonly string[];
  /** What happens to its dependents on the cluster when it is deleted. */
  readonly propagation: "foreground" | "background" | "orphan";
}

/** Kinds whose deletion takes data, or other objects, with it: it has to be confirmed unless the application says otherwise. */
export const confirmedKinds: readonly string[] = [
  "PersistentVolumeClaim",
  "Namespace",
  "CustomResourceDefinition.apiextensions.k8s.io",
];

/** Annotation that decides about pruning; also written by us where the application decides, see `stampPrune`. */
const pruneAnnotation = "driftless.dev/prune";

/** Of an application; of a tenant, what the environment says of drift. */
type Rules = Partial<Pick<ApplicationSpec, "prune" | "apply" | "drift">>;

/** The settings of an object of an application, or, without one, of an object that Driftless writes itself. */
export function objectSettings(object: KubernetesObject, rules?: Rules): ObjectSettings {
  const asked = annotatedSettings(object);
  return {
    prune: asked.prune ?? pruneOf(kindGroup(object), rules),
    replace: asked.replace ?? rules?.apply?.replace.includes(kindGroup(object)) ?? false,
    force: asked.force ?? rules?.apply?.forceConflicts ?? false,
    ignore: ignoredFields(object, rules),
    propagation: rules?.prune?.propagation ?? "foreground",
  };
}

/** What the annotations of an object ask for; of several for the same, the most careful one. */
export function annotatedSettings(object: { readonly metadata: JsonObject }): AskedSettings {
  const annotations = record(object.metadata["annotations"]);
  const foreign = Object.entries(foreignSettings).flatMap(([name, values]) =>
    textOf(annotations[name])
      .toLowerCase()
      .split(",")
      .map((value) => values[value.trim()] ?? {}),
  );
  const own = Object.entries(ownSettings).map(([name, values]) => values[textOf(annotations[name])] ?? {});
  const careful = foreign.some(({ prune }) => prune === "disabled") ? { prune: "disabled" as const } : {};
  return Object.assign({}, ...foreign, careful, ...own) as AskedSettings;
}

/** What is wrong with the values of our own annotations. */
export function checkSettings(object: KubernetesObject, rules?: Rules): readonly Problem[] {
  return [...annotationProblems(object), ...ignoreProblems(object, rules)];
}

/** The provider leaves a field to others only if it can name it by plain keys. */
function ignoreProblems(object: KubernetesObject, rules?: Rules): readonly Problem[] {
  const deaf = ignoredFields(object, rules).filter((pointer) => {
    const parts = partsOf(pointer);
    return parts.some((part, at) => part.includes(".") || isList(valueAt(object, parts.slice(0, at))));
  });
  return deaf.map((pointer) => ({
    code: "CONFIG_INVALID",
    message: `its field ${pointer} cannot be ignored: it is inside a list, or a key in its path has a dot.`,
    field: fieldPath(partsOf(pointer)),
    fix: "Leave the field out of the manifest: what Git does not set is left alone. Or ignore a field above it.",
  }));
}

function annotationProblems(object: KubernetesObject): readonly Problem[] {
  const annotations = record(object.metadata["annotations"]);
  return Object.entries(ownSettings).flatMap(([name, values]): readonly Problem[] => {
    const value = annotations[name];
    if (value === undefined || (typeof value === "string" && Object.hasOwn(values, value))) return [];
    const known = Object.keys(values).map((each) => `"${each}"`);
    return [
      {
        code: "SCHEMA_INVALID",
        message: `its annotation ${name} is ${typeof value === "string" ? quote(value) : "no text"}.`,
        field: fieldPath(["metadata", "annotations", name]),
        fix: `Write ${known.join(" or ")}, in quotes, or remove it.`,
      },
    ];
  });
}

/**
 * The object with what its application decides about pruning written on it, where that is not what its kind means
 * anyway: when the object leaves Git, its application may have left with it, and nothing else would say so.
 */
export function stampPrune(object: KubernetesObject, rules: Rules): KubernetesObject {
  const prune = pruneOf(kindGroup(object), rules);
  if (annotatedSettings(object).prune !== undefined || prune === pruneOf(kindGroup(object))) return object;
  const annotations = { ...record(object.metadata["annotations"]), [pruneAnnotation]: prune };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

/** What happens to an object of a kind, `Kind.group`, that leaves Git and whose annotations say nothing. */
export function pruneOf(kind: string, rules?: Rules): ObjectSettings["prune"] {
  if (rules?.prune?.enabled === false) return "disabled";
  return (rules?.prune?.confirm ?? confirmedKinds).includes(kind) ? "confirm" : "enabled";
}

function ignoredFields(object: KubernetesObject, rules?: Rules): readonly string[] {
  // What a manager will write is not known before it does: such rules are for drift alone.
  const patterns = (rules?.drift?.ignore ?? [])
    .filter((rule) => rule.managers === undefined && concerns(rule, object))
    .flatMap(patternsOf);
  // What Git does not set is left alone anyway: nothing of it is applied.
  const pointers = patterns.flatMap((pattern) => resolvePattern(pattern, object)).map(pointerOf);
  return [...new Set(pointers)].sort();
}

function pointerOf(keys: readonly string[]): string {
  return keys.map((key) => `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** The value at the parts of a JSON pointer; undefined if there is none. */
function valueAt(object: Json, parts: readonly string[]): Json | undefined {
  let value: Json | undefined = object;
  for (const part of parts) {
    value = isList(value) ? value[Number(part)] : record(value)[part];
  }
  return value;
}

function partsOf(pointer: string): readonly string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
