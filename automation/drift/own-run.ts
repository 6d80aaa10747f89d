import type { ObjectDrift } from "../../core/drift/report.ts";
import type { KubernetesObject } from "../../core/manifest/manifest.ts";
import { isOurManager, isOwned } from "../../core/plan/owned.ts";

/** True where a drift may be the work of a run of ours, whose baseline was not kept yet: our field manager has done it. */
export function isOwnRun(environment: string, drift: ObjectDrift, live: KubernetesObject | undefined): boolean {
  const { verdict, differences } = drift;
  if (verdict === "recreated" || verdict === "orphan") return live !== undefined && isOwned(environment, live);
  // Who wrote last comes first: a field may be held by us beside somebody who has changed it since.
  return differences.some(({ managers: [last] }) => last !== undefined && isOurManager(last.manager));
}

/** True where nobody can say who has done it: what is gone has no manager. */
export function isUnattributed({ verdict, differences }: ObjectDrift): boolean {
  return verdict === "deleted" || differences.some(({ managers }) => managers.length === 0);
}
