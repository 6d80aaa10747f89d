import { isJsonObject, isList, record } from "../../core/manifest/json.ts";
import type { Json, JsonObject, Path } from "../../core/manifest/manifest.ts";
import { parseJson } from "../../core/manifest/parse-json.ts";

/** One statement of a policy document that allows something. */
export interface AllowStatement {
  /** How messages call it: `statement "ReadLogs"`, `statement number 2`. */
  readonly label: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Everybody, or the principals by what they are: `AWS`, `Service`, `Federated`; empty in a policy of an identity. */
  readonly principals: readonly string[];
  /** Which of the elements that stand for "all but" it has: `NotAction`, `NotResource`, `NotPrincipal`. */
  readonly negated: readonly string[];
  readonly condition: JsonObject;
  /** Of the property that holds the document: what is inside a text has no path of its own. */
  readonly path: Path;
}

/**
 * What a policy document allows; undefined if it cannot be read.
 * @param document JSON as text, which is how AWS takes it, or the object itself.
 * @param path Of the property that holds it.
 */
export function allowStatements(document: Json | undefined, path: Path): readonly AllowStatement[] | undefined {
  const parsed = typeof document === "string" ? parseJson(document) : document;
  if (!isJsonObject(parsed)) return undefined;
  const statements = parsed["Statement"];
  return (isList(statements) ? statements : [statements]).flatMap((each, index): readonly AllowStatement[] => {
    const statement = record(each);
    if (statement["Effect"] !== "Allow") return [];
    const sid = statement["Sid"];
    return [
      {
        label: `statement ${typeof sid === "string" && sid !== "" ? JSON.stringify(sid) : `number ${index + 1}`}`,
        actions: texts(statement["Action"]),
        resources: texts(statement["Resource"]),
        principals: principals(statement["Principal"]),
        negated: ["NotAction", "NotResource", "NotPrincipal"].filter((element) => Object.hasOwn(statement, element)),
        condition: record(statement["Condition"]),
        path,
      },
    ];
  });
}

function principals(value: Json | undefined): readonly string[] {
  return isJsonObject(value) ? Object.values(value).flatMap(texts) : texts(value);
}

/** One text or a list of them, which mean the same in a policy document. */
export function texts(value: Json | undefined): readonly string[] {
  return (isList(value) ? value : [value]).filter((each) => typeof each === "string");
}
