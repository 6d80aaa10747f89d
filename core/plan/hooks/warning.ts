import type { Finding } from "../../errors/finding.ts";
import { compareText } from "../order.ts";
import type { PlacedManifest } from "../placed.ts";

/** One warning for all hooks of an application that do not run, or none. Nothing is left out in silence. */
export function ignoredHooks(application: string, manifests: readonly PlacedManifest[]): readonly Finding[] {
  const ignored = manifests.flatMap(({ object, origin, hook }) => {
    const values = hook.values.filter(({ means }) => means === "ignored").map(({ value }) => value);
    return values.length === 0
      ? []
      : [{ text: `${object.kind} ${object.metadata.name} (${values.join(", ")})`, origin }];
  });
  const [first] = ignored;
  if (first === undefined) return [];
  const hooks = ignored.map(({ text }) => text).sort(compareText);
  const listed = hooks.length > 10 ? [...hooks.slice(0, 10), `and ${hooks.length - 10} more`] : hooks;
  return [
    {
      code: "HOOK_NOT_RUN",
      severity: "warning",
      message: `Application "${application}" has hooks that a run ignores: ${listed.join(", ")}.`,
      place: { file: first.origin.path, ...(first.origin.line === undefined ? {} : { line: first.origin.line }) },
      fix: "See the table of hooks in the guide for what to use instead; remove them from the source to lose this warning.",
    },
  ];
}
