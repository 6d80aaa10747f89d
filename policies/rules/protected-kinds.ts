import { z } from "zod";
import { nameOfIdentity } from "../../core/plan/identity.ts";
import type { AffectedObject } from "../../core/policy/run.ts";
import { runRule } from "../rule.ts";

export const protectedKinds = runRule({
  name: "protected-kinds",
  description: "No run deletes or replaces objects of kinds that hold data or other objects, not even when confirmed.",
  remediation:
    "Leave the object in Git, or let it go with driftless.dev/prune: disabled; to delete it, change the setting first.",
  severity: "critical",
  // Every environment asks for confirmation of such deletions; this forbids them.
  level: "disabled",
  links: [],
  settings: z.strictObject({
    kinds: z
      .array(z.string())
      .default([
        "CustomResourceDefinition.apiextensions.k8s.io",
        "Namespace",
        "PersistentVolume",
        "PersistentVolumeClaim",
      ])
      .describe('Kinds that stay, as "Kind.group", or "Kind" in the core group.'),
  }),
  check: ({ deletions, replacements }, { kinds }) => {
    const kept = new Set(kinds);
    const found = (objects: readonly AffectedObject[], what: string) =>
      objects
        .filter(({ kind }) => kept.has(kind))
        .map((object) => ({
          ...{ message: `${describe(object)} would be ${what}`, control: object.kind },
          object: nameOfIdentity(object),
        }));
    return [...found(deletions, "deleted"), ...found(replacements, "deleted and made again")];
  },
});

function describe({ cluster, kind, namespace, name }: AffectedObject): string {
  return `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name} on ${cluster}`;
}
