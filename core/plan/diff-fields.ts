import type { Json, JsonObject } from "../manifest/manifest.ts";
import type { FieldChange } from "./change.ts";
import { isJsonObject } from "../manifest/json.ts";
import { fieldPath, type Step } from "./path.ts";
import { walkDifferences, type Matching } from "./walk.ts";

/** What may be shown of a value at a place; the identity where nothing is secret. */
export type Mask = (steps: readonly Step[], value: Json) => Json;

/** Fields that differ between two values, in the order of the fields; a field that is only in one of them is one change. */
export function diffFields(before: JsonObject, after: JsonObject, mask: Mask): readonly FieldChange[] {
  const changes: FieldChange[] = [];
  walkDifferences(before, after, { match: matchByName }, (steps, left, right) => {
    changes.push({
      path: fieldPath(steps),
      kind: left === undefined ? "add" : right === undefined ? "remove" : "change",
      ...(left === undefined ? {} : { before: mask(steps, left) }),
      ...(right === undefined ? {} : { after: mask(steps, right) }),
    });
  });
  return changes;
}

function matchByName(_steps: readonly Step[], before: readonly Json[], after: readonly Json[]): Matching | undefined {
  const [left, right] = [byName(before), byName(after)];
  if (left === undefined || right === undefined) return undefined;
  return {
    items: [...new Set([...left.keys(), ...right.keys()])].map((name) => ({
      step: { name },
      before: left.get(name),
      after: right.get(name),
    })),
    // The order of containers and of environment variables means something.
    order: {
      before: [...left.keys()].filter((name) => right.has(name)),
      after: [...right.keys()].filter((name) => left.has(name)),
    },
  };
}

/** Items of a list by name, if every one is an object with a name of its own: containers, env, ports, volumes. */
function byName(list: readonly Json[]): ReadonlyMap<string, Json> | undefined {
  const items = new Map<string, Json>();
  for (const item of list) {
    const name = isJsonObject(item) && Object.hasOwn(item, "name") ? item["name"] : undefined;
    if (typeof name !== "string" || items.has(name)) return undefined;
    items.set(name, item);
  }
  return items;
}
