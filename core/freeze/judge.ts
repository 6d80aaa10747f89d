import { endOf, isActive, nextStart, type FreezeWindow } from "./window.ts";

/** Why nothing may change now. */
export interface Closure {
  /** `deny`: inside of a window that denies. `outside`: outside of all that allow. `unknown`: one cannot be evaluated. */
  readonly reason: "deny" | "outside" | "unknown";
  /** The window that denies or that cannot be evaluated; absent for `outside`. */
  readonly window?: FreezeWindow;
  /** When that ends; absent if nobody can tell. */
  readonly until?: Date;
}

/**
 * Whether anything may change at a moment: undefined if it may. What denies wins over what allows, where anything allows
 * nothing else is allowed, and what cannot be evaluated keeps everything closed.
 */
export function judgeFreeze(windows: readonly FreezeWindow[], at: Date): Closure | undefined {
  const judged = windows.map((window) => ({ window, active: isActive(window, at) }));
  const unknown = judged.find(({ active }) => active === undefined);
  if (unknown !== undefined) return { reason: "unknown", window: unknown.window };
  const denying = judged.find(({ window, active }) => active === true && window.action === "deny");
  if (denying !== undefined) {
    return { reason: "deny", window: denying.window, ...until([endOf(denying.window, at)]) };
  }
  const allowing = judged.filter(({ window }) => window.action === "allow");
  if (allowing.length === 0 || allowing.some(({ active }) => active)) return undefined;
  return { reason: "outside", ...until(allowing.map(({ window }) => nextStart(window, at))) };
}

function until(moments: readonly (Date | undefined)[]): { readonly until?: Date } {
  const [first] = moments.flatMap((each) => each ?? []).sort((left, right) => left.getTime() - right.getTime());
  return first === undefined ? {} : { until: first };
}
