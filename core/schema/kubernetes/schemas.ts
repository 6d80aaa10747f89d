import { minorOfKnown } from "../../cluster/minor.ts";
import type { Definition } from "./read-openapi.ts";
import type { MergedDefinitions, Span } from "./merge.ts";

/** What one release of Kubernetes knows of its own kinds. */
export interface KubernetesSchemas {
  /** The release, such as `1.36`: the nearest one that is known. */
  readonly version: string;
  /** Name of the definition of a kind by `<apiVersion>/<Kind>`; undefined: the release does not serve it. */
  definitionOf(kind: string): string | undefined;
  /** Kinds that any release serves in the API group of this one: `apps/v1/Deployment` for `apps/v1/Deploymnet`. */
  readonly kinds: readonly string[];
  /** All definitions, by name. */
  readonly definitions: Readonly<Record<string, Definition>>;
}

/**
 * The schemas of a release. Loads them when they are first asked for: 340 kB of JSON.
 * @param version Such as `1.36` or `v1.36.3`. Of a release that is newer than all that are known the newest is taken, of an older one the oldest.
 */
export async function kubernetesSchemas(version: string): Promise<KubernetesSchemas> {
  const { default: data } = await import("./data.json", { with: { type: "json" } });
  // The file is made by generate.ts of what merge.ts returns.
  const { kinds, definitions } = data as unknown as MergedDefinitions;
  const known = Object.values(kinds).flatMap(({ in: [first, last] }) => [minorOfKnown(first), minorOfKnown(last)]);
  const minor = Math.min(Math.max(minorOfKnown(version), Math.min(...known)), Math.max(...known));
  const covers = ([first, last]: Span): boolean => minorOfKnown(first) <= minor && minor <= minorOfKnown(last);
  return {
    version: `1.${minor}`,
    kinds: Object.keys(kinds),
    definitionOf: (kind) => {
      const found = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
      return found !== undefined && covers(found.in) ? found.definition : undefined;
    },
    definitions: Object.fromEntries(
      Object.entries(definitions).flatMap(([name, variants]) => {
        const variant = variants.find((each) => covers(each.in));
        return variant === undefined ? [] : [[name, variant.schema]];
      }),
    ),
  };
}
