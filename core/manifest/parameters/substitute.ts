import { failure } from "../../errors/error.ts";
import { errorFinding, type Finding, type Place } from "../../errors/finding.ts";
import { nearest } from "../../errors/nearest.ts";
import { quote } from "../../errors/quote.ts";
import { checkObject } from "../check.ts";
import { isJsonObject, isList, record } from "../json.ts";
import type { Json, JsonObject, KubernetesObject, Manifest } from "../manifest.ts";
import { parseReferences } from "./reference.ts";
import { isTextField } from "./text-fields.ts";

/** Values by name, as an application of the environment document declares them. */
export type Parameters = Readonly<Record<string, string | number | boolean>>;

/** Annotations that leave an object alone, ours and Flux's, if their value is `disabled`. */
const substituteAnnotations = ["driftless.dev/substitute", "kustomize.toolkit.fluxcd.io/substitute"] as const;

/** Characters that parameters may add to the manifests of one application. */
const maxCharacters = 16 * 1024 ** 2;

/** Manifests with their parameters replaced. */
export interface Substituted {
  readonly manifests: readonly Manifest[];
  /** PARAMETER_UNKNOWN, and what is wrong with objects now that they are complete; each where the object was written. */
  readonly findings: readonly Finding[];
  /** Parameters that no manifest uses, sorted. */
  readonly unused: readonly string[];
}

/**
 * Replaces `${name}` in the values of manifests. A value that is one reference takes the type of the parameter, except where
 * Kubernetes takes text only. What is put in is never read again, so it cannot change the structure around it. Pure.
 * @throws RENDER_LIMIT
 */
export function substitute(manifests: readonly Manifest[], parameters: Parameters): Substituted {
  const values = new Map(Object.entries(parameters));
  const used = new Set<string>();
  const findings: Finding[] = [];
  let left = maxCharacters;

  const replaced = manifests.map((manifest): Manifest => {
    if (isLeftAlone(manifest.object)) return manifest;
    const place = placeOf(manifest);
    const object = replaceMap(manifest.object, [], place);
    if (object === manifest.object) return manifest;
    const checked = checkObject(object, () => place);
    if ("object" in checked) return { ...manifest, object: checked.object };
    findings.push(...checked.findings);
    return manifest;
  });
  return { manifests: replaced, findings, unused: [...values.keys()].filter((name) => !used.has(name)).sort() };

  function replace(value: Json, path: readonly (string | number)[], place: Place): Json {
    if (typeof value === "string") return value.includes("${") ? replaceText(value, path, place) : value;
    if (isList(value)) {
      const items = value.map((item, index) => replace(item, [...path, index], place));
      return items.some((item, index) => item !== value[index]) ? items : value;
    }
    return isJsonObject(value) ? replaceMap(value, path, place) : value;
  }

  function replaceMap<T extends JsonObject>(map: T, path: readonly (string | number)[], place: Place): T | JsonObject {
    let isSame = true;
    const entries = Object.entries(map).map(([key, value]) => {
      const below = [...path, key];
      const after = replace(value, below, place);
      if (parsedKey(key)) refuse(below, place, `The key ${quote(key)} holds a parameter; only values may.`);
      isSame &&= after === value;
      return [key, after] as const;
    });
    return isSame ? map : Object.fromEntries(entries);
  }

  function replaceText(text: string, path: readonly (string | number)[], place: Place): Json {
    const parsed = parseReferences(text);
    if ("problem" in parsed) {
      refuse(path, place, `${quote(parsed.problem)} is not the name of a parameter.`);
      return text;
    }
    const known = parsed.parts.map((part) => ("text" in part ? part.text : valueOf(part.name, path, place)));
    const [only, second] = known;
    const isWhole = second === undefined && only !== undefined && !isTextField(path);
    const after = isWhole ? only : known.map(String).join("");
    left -= String(after).length;
    if (left < 0) {
      const message = `Parameters make the application larger than ${maxCharacters} characters.`;
      throw failure("RENDER_LIMIT", message, "Use shorter values, or fewer of them.", { place });
    }
    return after;
  }

  function valueOf(name: string, path: readonly (string | number)[], place: Place): string | number | boolean {
    const value = values.get(name);
    if (value === undefined) {
      const meant = nearest(name, values.keys());
      refuse(path, place, `There is no parameter ${quote(name)}.`, meant && `Did you mean ${quote(meant)}?`);
    }
    used.add(name);
    return value ?? "";
  }

  function refuse(path: readonly (string | number)[], place: Place, message: string, meant?: string): void {
    const fix = `${meant ?? "Declare it under the application's `parameters`."} Where text is meant, write \`$\${\`.`;
    findings.push(errorFinding("PARAMETER_UNKNOWN", message, fix, { ...place, field: path.join(".") }));
  }
}

function parsedKey(key: string): boolean {
  return key.includes("${") && !key.includes("$${");
}

function isLeftAlone(object: KubernetesObject): boolean {
  const annotations = record(object.metadata["annotations"]);
  return substituteAnnotations.some((name) => annotations[name] === "disabled");
}

function placeOf({ origin: { path, line } }: Manifest): Place {
  return { file: path, ...(line === undefined ? {} : { line }) };
}
