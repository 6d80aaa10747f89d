import { isJsonObject, isList } from "../../manifest/json.ts";
import type { Json, KubernetesObject } from "../../manifest/manifest.ts";
import { fieldPath, type Step } from "../path.ts";
import type { Problem } from "./problem.ts";

/**
 * What the engine takes for its own instead of for text. As a key, the first turns what stands beside it into a secret
 * or into a file or URL that the engine reads; as a value, the others stand for "not known yet", which leaves a field
 * out of the object and out of every policy.
 */
const signatureKey = "4dabf18193072939515e22adb298388d";
const unknownValues = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** Refuses words of the engine's protocol anywhere in an object: what was reviewed would not be what is applied. */
export function checkEngineWords(object: KubernetesObject): readonly Problem[] {
  return find(object, []).map((steps) => ({
    code: "RESERVED_METADATA",
    message: "this field uses a word that the Pulumi engine keeps for itself.",
    field: fieldPath(steps),
    fix: "Remove it from the manifest.",
  }));
}

/** Paths of the fields that use such a word. */
function find(value: Json, steps: readonly Step[]): readonly (readonly Step[])[] {
  if (typeof value === "string") return unknownValues.has(value) ? [steps] : [];
  if (isList(value)) return value.flatMap((item, at) => find(item, [...steps, at]));
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    key === signatureKey ? [[...steps, key]] : find(item, [...steps, key]),
  );
}
