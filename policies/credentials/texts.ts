import { isJsonObject, isList, record } from "../../core/manifest/json.ts";
import type { Json, JsonObject, Path } from "../../core/manifest/manifest.ts";
import { podsOf } from "../../core/manifest/pods.ts";
import { containersOfPod, type Container } from "../containers.ts";

/** A text of an object that could hold a credential. */
export interface Text {
  /** How messages call it; never what it holds. */
  readonly where: string;
  readonly path: Path;
  readonly text: string;
  /** What kind of text it is: the value of a name, a whole file, words of a command, or anything else. */
  readonly form: "value" | "file" | "command" | "other";
  /** The name of a value. */
  readonly name?: string;
}

/** Texts of an object that anybody may read who may read the object: of ConfigMaps, pods and annotations. */
export function textsOf(object: JsonObject): readonly Text[] {
  return [
    ...(object["kind"] === "ConfigMap" && object["apiVersion"] === "v1" ? configTexts(object) : []),
    ...annotationTexts(object["metadata"], ["metadata"]),
    ...podsOf(object).flatMap((pod) => [
      ...(pod.metadataPath.length > 1 ? annotationTexts(pod.metadata, pod.metadataPath) : []),
      ...containersOfPod(pod).flatMap(containerTexts),
      ...Object.entries(pod.spec)
        .filter(([field]) => !/^(c|initC|ephemeralC)ontainers$/.test(field))
        .flatMap(([field, value]) => otherTexts(value, [...pod.path, field], `the pod's ${field}`)),
    ]),
  ];
}

function configTexts(object: JsonObject): readonly Text[] {
  return ["data", "binaryData"].flatMap((field) =>
    Object.entries(record(object[field])).flatMap(([name, value]): readonly Text[] => {
      const text = typeof value === "string" ? (field === "data" ? value : decoded(value)) : undefined;
      if (text === undefined) return [];
      const found = { where: `key ${JSON.stringify(name)}`, path: [field, name], text };
      return [text.trim().includes("\n") ? { ...found, form: "file" } : { ...found, form: "value", name }];
    }),
  );
}

/** The text that base64 stands for, or undefined if it stands for none. */
function decoded(base64: string): string | undefined {
  const text = Buffer.from(base64, "base64").toString("utf8");
  return text.includes("\ufffd") || text.includes("\0") ? undefined : text;
}

function annotationTexts(metadata: Json | undefined, path: Path): readonly Text[] {
  return Object.entries(record(record(metadata)["annotations"])).flatMap(([name, text]) =>
    typeof text === "string"
      ? [{ where: `annotation ${JSON.stringify(name)}`, path: [...path, "annotations", name], text, form: "other" }]
      : [],
  );
}

function containerTexts({ label, spec, path }: Container): readonly Text[] {
  const { env, command, args, ...rest } = spec;
  return [
    ...(isList(env) ? env : []).flatMap((each, index): readonly Text[] => {
      const { name, value } = record(each);
      if (typeof name !== "string" || typeof value !== "string") return [];
      const where = `variable ${JSON.stringify(name)} of ${label}`;
      return [{ where, path: [...path, "env", index, "value"], text: value, form: "value", name }];
    }),
    ...commandTexts(command, [...path, "command"], `command of ${label}`),
    ...commandTexts(args, [...path, "args"], `args of ${label}`),
    ...otherTexts(rest, path, label),
  ];
}

/** Words of a command: each by itself, and as the value of the flag before it. */
function commandTexts(words: Json | undefined, path: Path, where: string): readonly Text[] {
  if (!isList(words)) return [];
  return words.flatMap((text, index): readonly Text[] => {
    if (typeof text !== "string") return [];
    const found = { where, path: [...path, index], text };
    const before = words[index - 1];
    const flag =
      typeof before === "string" && !text.startsWith("-") ? /^--?([A-Za-z][\w.-]+)$/.exec(before)?.[1] : undefined;
    return [flag === undefined ? { ...found, form: "command" } : { ...found, form: "value", name: flag }];
  });
}

function otherTexts(value: Json, path: Path, where: string): readonly Text[] {
  if (typeof value === "string") return [{ where, path, text: value, form: "other" }];
  if (isList(value)) return value.flatMap((item, index) => otherTexts(item, [...path, index], where));
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => otherTexts(item, [...path, key], where));
}
