import { judgeFreeze, type Closure } from "./judge.ts";
import { endOf, nextStart, type FreezeWindow } from "./window.ts";

/** The windows of an environment, a tenant or an application. */
export interface FreezeLevel {
  /** Where they are written: `applications.checkout.safety.freeze`. */
  readonly field: string;
  readonly windows: readonly FreezeWindow[];
}

/** Why nothing may change now, and at which level. */
export interface LevelClosure extends Closure {
  readonly field: string;
}

/** The first of all levels that is closed. Each of them holds by itself: what one closes, no other opens. */
export function closedLevel(levels: readonly FreezeLevel[], at: Date): LevelClosure | undefined {
  for (const { field, windows } of levels) {
    const closure = judgeFreeze(windows, at);
    if (closure !== undefined) return { ...closure, field };
  }
  return undefined;
}

/** Windows that follow each other are looked through this far: a year of weekends. */
const mostSteps = 100;

/** When nothing is closed any more, from a moment on: the moment itself if nothing is. Undefined if nobody can tell. */
export function nextOpening(levels: readonly FreezeLevel[], at: Date): Date | undefined {
  let moment = at;
  for (let step = 0; step < mostSteps; step++) {
    const closure = closedLevel(levels, moment);
    if (closure === undefined) return moment;
    if (closure.until === undefined) return undefined;
    moment = closure.until;
  }
  return undefined;
}

/** When something closes after a moment at which everything is open. Undefined if nothing does, or nobody can tell. */
export function nextClosing(levels: readonly FreezeLevel[], at: Date): Date | undefined {
  const windows = levels.flatMap((level) => level.windows);
  let moment = at;
  for (let step = 0; step < mostSteps; step++) {
    const [next] = windows
      .flatMap((window) => (window.action === "deny" ? nextStart(window, moment) : endOf(window, moment)) ?? [])
      .sort((left, right) => left.getTime() - right.getTime());
    if (next === undefined || closedLevel(levels, next) !== undefined) return next;
    moment = next;
  }
  return undefined;
}
