import { isJsonObject } from "../../manifest/json.ts";
import type { Json, JsonObject } from "../../manifest/manifest.ts";

/** What a kustomization puts around the names of its objects; undefined where it says nothing. */
export interface Affixes {
  readonly namePrefix?: Json | undefined;
  readonly nameSuffix?: Json | undefined;
}

/** What a file puts around names, if it is a kustomization. */
export function affixesOf({ namePrefix, nameSuffix }: JsonObject): Affixes {
  return { namePrefix, nameSuffix };
}

/** Transformers that rename, with the field of a kustomization that asks for them. */
const renaming = { PrefixTransformer: "namePrefix", SuffixTransformer: "nameSuffix" } as const;

/** Kinds whose names Kustomize leaves as they are. */
const keptNames: readonly Json[] = ["Namespace", "CustomResourceDefinition", "APIService"];

/** True if a file may ask Kustomize to rename objects. */
export function mayRename(text: string): boolean {
  return /\bname(Prefix|Suffix)\b|\b(Prefix|Suffix)Transformer\b/.test(text);
}

/**
 * The name that an object had in its file, before Kustomize put anything around it. Undefined where that cannot be
 * told: a transformer of its own renames it, which may do so to some fields and kinds only.
 * @param name After its last transformation.
 * @param transformations What Kustomize has done to the object, in that order, as it notes it.
 * @param affixesIn What the kustomization of a file puts around names.
 */
export function writtenName(
  { kind, name }: { readonly kind: string; readonly name: string },
  transformations: readonly Json[],
  affixesIn: (file: string) => Affixes,
): string | undefined {
  if (keptNames.includes(kind)) return name;
  let written = name;
  for (const transformation of transformations.toReversed()) {
    const done = readTransformation(transformation);
    if (done === undefined) continue;
    const affix = done.isOwn ? undefined : affixesIn(done.file)[renaming[done.kind]];
    const inside = typeof affix === "string" ? without(written, done.kind, affix) : undefined;
    if (inside === undefined) return undefined;
    written = inside;
  }
  return written;
}

interface Renaming {
  readonly kind: keyof typeof renaming;
  /** Where it is asked for, as Kustomize names the file. */
  readonly file: string;
  /** True for a transformer with a configuration of its own. */
  readonly isOwn: boolean;
}

function readTransformation(value: Json): Renaming | undefined {
  if (!isJsonObject(value) || !isJsonObject(value["configuredBy"])) return undefined;
  const { kind, name } = value["configuredBy"];
  const file = value["configuredIn"];
  if ((kind !== "PrefixTransformer" && kind !== "SuffixTransformer") || typeof file !== "string") return undefined;
  return { kind, file, isOwn: name !== undefined };
}

function without(name: string, kind: Renaming["kind"], affix: string): string | undefined {
  if (kind === "PrefixTransformer") return name.startsWith(affix) ? name.slice(affix.length) : undefined;
  return name.endsWith(affix) ? name.slice(0, name.length - affix.length) : undefined;
}
