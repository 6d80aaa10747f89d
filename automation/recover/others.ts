import { failure } from "../../core/errors/error.ts";
import type { ObjectChange } from "../../core/plan/change.ts";

/**
 * A recovery makes again what was there, and nothing else anywhere.
 * @throws {DriftlessError} PLAN_STALE for changes to clusters that are not lost.
 */
export function refuseOthers(
  environment: string,
  changes: readonly ObjectChange[],
  rebuilt: ReadonlySet<string>,
): void {
  const others = changes.filter(({ cluster }) => !rebuilt.has(cluster));
  const [first] = others;
  if (first === undefined) return;
  const where = [...new Set(others.map(({ cluster }) => cluster))].sort().join(", ");
  throw failure(
    "PLAN_STALE",
    `The plan also changes ${others.length} ${others.length === 1 ? "object" : "objects"} on ${where}, such as ${first.kind} ${first.name}: ` +
      "the document is not what the last update made true, and a recovery touches no other cluster.",
    `Pin ${environment} to the commit of the last update, or pass --with-changes to bring all clusters to the pin.`,
  );
}
