import { Cron } from "croner";
import { durationSeconds } from "../environment/duration.ts";
import { formats } from "../environment/formats.ts";
import { quote } from "../errors/quote.ts";

/** A span of time that comes again and again, in which runs may or may not change anything. */
export interface FreezeWindow {
  /** When it begins: minute, hour, day of the month, month, weekday. */
  readonly cron: string;
  /** How long it lasts, in hours that pass: `62h`. Where clocks are changed meanwhile, it ends at another time of day. */
  readonly duration: string;
  /** IANA name of the time zone of `cron`: `Europe/Berlin`. */
  readonly timezone: string;
  /** `deny`: nothing changes inside it. `allow`: nothing changes outside of it and of other such windows. */
  readonly action: "deny" | "allow";
}

/** Why a window cannot be understood. */
export interface WindowProblem {
  readonly field: "cron" | "duration" | "timezone";
  /** A sentence. */
  readonly message: string;
}

/** A window that is understood. */
interface Schedule {
  /** When it begins after a moment; undefined if it never does. */
  readonly next: (after: Date) => Date | undefined;
  readonly milliseconds: number;
}

/** What is wrong with a window, or undefined if it can be evaluated. */
export function windowProblem(window: FreezeWindow): WindowProblem | undefined {
  const schedule = read(window);
  return "field" in schedule ? schedule : undefined;
}

/** True from the moment that a window begins until it ends; undefined if it cannot be evaluated. */
export function isActive(window: FreezeWindow, at: Date): boolean | undefined {
  const schedule = read(window);
  if ("field" in schedule || Number.isNaN(at.getTime())) return undefined;
  return beginning(schedule, at) !== undefined;
}

/** Occurrences that run into each other are followed this far: each takes a millisecond. */
const mostOccurrences = 100;

/** When an active window ends, overlapping occurrences taken as one; undefined if it is not active, or never ends as far as one can see. */
export function endOf(window: FreezeWindow, at: Date): Date | undefined {
  const schedule = read(window);
  if ("field" in schedule || Number.isNaN(at.getTime())) return undefined;
  let start = beginning(schedule, at);
  if (start === undefined) return undefined;
  for (let count = 0; count < mostOccurrences; count++) {
    const end = new Date(start.getTime() + schedule.milliseconds);
    const next = schedule.next(start);
    if (next === undefined || next > end) return end;
    start = next;
  }
  return undefined;
}

/** When a window begins after this moment; undefined if it never does or cannot be evaluated. */
export function nextStart(window: FreezeWindow, at: Date): Date | undefined {
  const schedule = read(window);
  return "field" in schedule || Number.isNaN(at.getTime()) ? undefined : schedule.next(at);
}

/** The beginning of the earliest occurrence that lasts at this moment. */
function beginning({ next, milliseconds }: Schedule, at: Date): Date | undefined {
  const start = next(new Date(at.getTime() - milliseconds));
  return start !== undefined && start <= at ? start : undefined;
}

/** Windows that were understood, by what they say: many applications may have the same ones. */
const understood = new Map<string, Schedule | WindowProblem>();

function read(window: FreezeWindow): Schedule | WindowProblem {
  const key = JSON.stringify([window.cron, window.duration, window.timezone]);
  const known = understood.get(key) ?? understand(window);
  understood.set(key, known);
  return known;
}

function understand({ cron, duration, timezone }: FreezeWindow): Schedule | WindowProblem {
  const milliseconds = formats.duration.pattern.test(duration) ? durationSeconds(duration) * 1000 : 0;
  if (milliseconds <= 0) return { field: "duration", message: `${quote(duration)} is no time at all.` };
  if (!isTimezone(timezone)) return { field: "timezone", message: `No time zone is called ${quote(timezone)}.` };
  try {
    // A time that clocks skip counts as the one after it, for lists and ranges of hours too: no window is lost.
    const schedule = new Cron(cron, { mode: "5-part", timezone, fixedTimeRule: "no-wildcard" });
    const next = remembered((after) => schedule.nextRun(after) ?? undefined);
    if (next(new Date(0)) === undefined) return { field: "cron", message: `${quote(cron)} never comes.` };
    return { next, milliseconds };
  } catch {
    return { field: "cron", message: `${quote(cron)} does not say when a window begins.` };
  }
}

/** What was asked last is asked again, for every application that has the window. */
const mostRemembered = 1000;

function remembered(ask: (after: Date) => Date | undefined): Schedule["next"] {
  const answers = new Map<number, Date | undefined>();
  return (after) => {
    const moment = after.getTime();
    if (!answers.has(moment)) {
      if (answers.size >= mostRemembered) answers.clear();
      answers.set(moment, ask(after));
    }
    return answers.get(moment);
  };
}

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
