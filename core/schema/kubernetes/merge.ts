import { isDeepStrictEqual } from "node:util";
import type { Definition, Definitions } from "./read-openapi.ts";

/** The first and the last release, as `1.36`, in which something is as it says. */
export type Span = readonly [first: string, last: string];

/** A definition as a span of releases has it. */
export interface Variant {
  readonly in: Span;
  readonly schema: Definition;
}

/** What all releases know: most definitions are the same in many of them, so each stands once. */
export interface MergedDefinitions {
  /** By `<apiVersion>/<Kind>`, sorted. */
  readonly kinds: Readonly<Record<string, { readonly definition: string; readonly in: Span }>>;
  /** By name, sorted; spans that follow each other. */
  readonly definitions: Readonly<Record<string, readonly Variant[]>>;
}

/** @param releases By version such as `1.36`, oldest first. */
export function mergeVersions(releases: readonly (readonly [string, Definitions])[]): MergedDefinitions {
  const kinds = new Map<string, { definition: string; in: Span }>();
  const variants = new Map<string, Variant[]>();
  for (const [version, release] of releases) {
    for (const [kind, definition] of release.kinds) {
      kinds.set(kind, { definition, in: [kinds.get(kind)?.in[0] ?? version, version] });
    }
    for (const [name, schema] of release.definitions) {
      const known = variants.get(name) ?? [];
      const last = known.at(-1);
      if (last !== undefined && isDeepStrictEqual(last.schema, schema)) {
        known[known.length - 1] = { in: [last.in[0], version], schema };
      } else {
        known.push({ in: [version, version], schema });
      }
      variants.set(name, known);
    }
  }
  return { kinds: sorted(kinds), definitions: sorted(variants) };
}

function sorted<Value>(map: ReadonlyMap<string, Value>): Record<string, Value> {
  return Object.fromEntries([...map].sort(([left], [right]) => (left < right ? -1 : 1)));
}
