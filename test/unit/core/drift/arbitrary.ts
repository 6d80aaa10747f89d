import fc from "fast-check";
import type { Json, JsonObject } from "../../../../core/manifest/manifest.ts";

/** Keys that objects have, and those that trip programs up. */
const key = fc.oneof(
  fc.constantFrom("name", "protocol", "containerPort", "a", "b", "__proto__", "constructor", "set", "keys", "items"),
  fc.string({ maxLength: 3 }),
);

/** Any JSON, with names that repeat, so that lists have items in common. */
export const json: fc.Arbitrary<Json> = fc.letrec<{ value: Json; object: JsonObject }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom<Json>(null, true, false, "", "x", "y", 0, 1, 2, {}, []),
    fc.array(tie("value"), { maxLength: 3 }),
    fc
      .uniqueArray(fc.tuple(fc.constantFrom("web", "db", "proxy"), tie("object")), { selector: ([name]) => name })
      .map((items) => items.map(([name, item]) => ({ ...item, name }))),
    tie("object"),
  ),
  object: fc.array(fc.tuple(key, tie("value")), { maxLength: 3 }).map((entries) => Object.fromEntries(entries)),
})).value;

/** Any JSON object. */
export const jsonObject: fc.Arbitrary<JsonObject> = fc
  .array(fc.tuple(key, json), { maxLength: 5 })
  .map((entries) => Object.fromEntries(entries));
