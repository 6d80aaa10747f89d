import { isJsonObject, isList } from "../manifest/json.ts";
import { expandLists } from "../manifest/list.ts";
import { kindGroup, type Json, type JsonObject, type Origin } from "../manifest/manifest.ts";
import { readYaml } from "../manifest/yaml.ts";
import { removeDocument, rewriteDocument } from "../yaml/rewrite/rewrite.ts";

/** An object in a file. */
export interface FoundObject {
  /** Number of its document, from 1. */
  readonly document: number;
  /** The whole document. */
  readonly whole: Json;
  /** Where in it the object is: empty unless it is an item of a list. */
  readonly path: readonly (string | number)[];
  /** As the file has it. */
  readonly raw: JsonObject;
}

/** What a file calls an object; a namespace may be left out there. */
export interface WantedObject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string | undefined;
}

/** The object of a name in a file; of several, the one at its origin. Undefined if there is none, or no way to tell. */
export function findObject(text: string, wanted: WantedObject, origin?: Origin): FoundObject | undefined {
  const found: FoundObject[] = [];
  for (const { number, value } of readYaml(text, "")) {
    if (value === undefined || value === null) continue;
    for (const item of expandLists(value)) {
      const raw = valueIn(value, item.path);
      if (isJsonObject(raw) && isMeant(item.value, wanted)) {
        found.push({ document: number, whole: value, path: item.path, raw });
      }
    }
  }
  const [only, second] = found;
  if (second === undefined) return only;
  const [first, other] = found.filter(({ document }) => document === origin?.document);
  return other === undefined ? first : undefined;
}

/** The file with the object as it is to be. @throws {Unwritable} */
export function writeObject(text: string, { document, whole, path }: FoundObject, raw: JsonObject): string {
  return rewriteDocument(text, document, replaceIn(whole, path, raw) ?? raw);
}

/** The file without the object; undefined if nothing is left of it. @throws {Unwritable} */
export function removeObject(text: string, { document, whole, path }: FoundObject): string | undefined {
  const rest = path.length === 0 ? undefined : replaceIn(whole, path, undefined);
  const isEmpty = rest === undefined || expandLists(rest).length === 0;
  return isEmpty ? removeDocument(text, document) : rewriteDocument(text, document, rest);
}

function isMeant(value: Json, { kind, name, namespace }: WantedObject): boolean {
  if (!isJsonObject(value) || !isJsonObject(value["metadata"])) return false;
  const { apiVersion, kind: own, metadata } = value;
  if (typeof apiVersion !== "string" || typeof own !== "string") return false;
  const { name: called, namespace: within } = metadata;
  const fits = within === undefined || within === null || within === "" || within === namespace;
  return kindGroup({ apiVersion, kind: own }) === kind && called === name && fits;
}

function valueIn(value: Json, path: readonly (string | number)[]): Json | undefined {
  let found: Json | undefined = value;
  for (const step of path) {
    found = isList(found) && typeof step === "number" ? found[step] : isJsonObject(found) ? found[step] : undefined;
  }
  return found;
}

/** The value with another one at a path that exists; undefined takes it away. */
function replaceIn(value: Json, [step, ...rest]: readonly (string | number)[], wanted?: Json): Json | undefined {
  if (step === undefined) return wanted;
  if (isList(value) && typeof step === "number") {
    const next = replaceIn(value[step] ?? null, rest, wanted);
    return next === undefined ? value.toSpliced(step, 1) : value.with(step, next);
  }
  if (!isJsonObject(value)) return value;
  return { ...value, [step]: replaceIn(value[step] ?? null, rest, wanted) ?? null };
}
