import type { HealDecision } from "../../core/drift/heal.ts";
import { noCounts, type ObjectChange } from "../../core/plan/change.ts";
import type { HealOptions, PreviewResult } from "../engine/types.ts";

/** An object that is to be healed as the row of a table that an update would have for it. */
export function toChange({ object }: HealDecision): ObjectChange {
  const { verdict, owner, cluster, kind, namespace, name } = object;
  const action = verdict === "orphan" ? "delete" : verdict === "deleted" ? "create" : "update";
  return { action, owner, cluster, kind, ...(namespace === undefined ? {} : { namespace }), name, fields: [] };
}

/** How the engine is told which objects to heal. */
export function namesOf(chosen: readonly HealDecision[]): Pick<HealOptions, "targets" | "orphans"> {
  const of = (orphan: boolean): ReadonlySet<string> =>
    new Set(
      chosen.filter(({ object }) => (object.verdict === "orphan") === orphan).map(({ object }) => object.resourceName),
    );
  return { targets: of(false), orphans: of(true) };
}

/**
 * True where only a preview knows what healing takes: what is made anew may have to be replaced, and what is unknown may not be
 * ours. Whatever else may be replaced has to allow it; the program refuses any other deletion.
 */
export function needsPreview(
  chosen: readonly HealDecision[],
  { replaceable }: Pick<HealOptions, "replaceable">,
): boolean {
  return chosen.some(
    ({ object: { verdict, resourceName } }) =>
      verdict === "orphan" || verdict === "recreated" || replaceable?.has(resourceName) === true,
  );
}

/**
 * What a preview would find: updates and creations.
 * @param objects How many the environment has.
 */
export function foreseen(chosen: readonly HealDecision[], objects: number): PreviewResult {
  const changes = chosen.map(toChange);
  const create = changes.filter(({ action }) => action === "create").length;
  const update = changes.length - create;
  const counts = { ...noCounts(), create, update, same: objects - changes.length };
  return { changes, counts, hooks: [], waits: [], removals: [], violations: [], diagnostics: [], packs: {} };
}
