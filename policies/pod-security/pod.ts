import { isList, record } from "../../core/manifest/json.ts";
import type { Json, JsonObject, Path } from "../../core/manifest/manifest.ts";
import type { PodTemplate } from "../../core/manifest/pods.ts";
import { containersOfPod, type Container } from "../containers.ts";
import type { Check } from "./control.ts";

/** A pod as the controls look at it. */
export interface Pod {
  readonly spec: JsonObject;
  readonly path: Path;
  /** Its annotations, with the path of `annotations`. */
  readonly annotations: JsonObject;
  readonly annotationsPath: Path;
  /** Its own security context. */
  readonly own: Holder;
  /** Containers of every sort with their security contexts. */
  readonly containers: readonly (Holder & Container)[];
  /** The pod itself, then its containers. */
  readonly holders: readonly Holder[];
}

/** A pod or a container with its security context. */
export interface Holder {
  /** How messages call it: `the pod`, `container "web"`. */
  readonly label: string;
  /** Empty where there is none. */
  readonly context: JsonObject;
  readonly contextPath: Path;
}

/** A template as the controls look at it. */
export function podOf(template: PodTemplate): Pod {
  const { spec, path, metadata, metadataPath } = template;
  const own: Holder = { label: "the pod", ...contextOf(spec, path) };
  const containers = containersOfPod(template).map((each) => ({ ...each, ...contextOf(each.spec, each.path) }));
  return {
    ...{ spec, path, own, containers },
    holders: [own, ...containers],
    annotations: record(metadata["annotations"]),
    annotationsPath: [...metadataPath, "annotations"],
  };
}

function contextOf(holder: JsonObject, path: Path): Pick<Holder, "context" | "contextPath"> {
  return { context: record(holder["securityContext"]), contextPath: [...path, "securityContext"] };
}

/** True for what Kubernetes takes as given: anything but null. */
export function isSet(value: Json | undefined): value is Json {
  return value !== undefined && value !== null;
}

/** True for what may be a switch that is on: of another type it is no switch, and nobody can say that it is off. */
export function isOn(value: Json | undefined): boolean {
  return isSet(value) && value !== false;
}

/** The text of a field as Kubernetes reads it: empty where it is not set. What is no text is like no text of a list. */
export function textOf(value: Json | undefined): string {
  if (!isSet(value)) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The items of a list; what is set and no list counts as its own only item, so that it is judged. */
export function itemsOf(value: Json | undefined): readonly Json[] {
  if (isList(value)) return value;
  return isSet(value) ? [value] : [];
}

/** A value as messages show it. */
export function shown(value: Json | undefined): string {
  const text = JSON.stringify(value ?? null);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

/** True for pods that say that they are for Windows. */
function isWindows({ spec }: Pod): boolean {
  return record(spec["os"])["name"] === "windows";
}

/** True for pods whose users are none of the host. */
function hasOwnUsers({ spec }: Pod): boolean {
  return spec["hostUsers"] === false;
}

/** A check that lets pods for Windows pass: what it asks for, Windows does not have. */
export function exceptOnWindows(check: Check): Check {
  return (pod) => (isWindows(pod) ? [] : check(pod));
}

/** A check that lets pods with users of their own pass. */
export function exceptWithOwnUsers(check: Check): Check {
  return (pod) => (hasOwnUsers(pod) ? [] : check(pod));
}
