import type { SetMember } from "../../core/environment/fan-out/expand-set.ts";
import type { Origin } from "../../core/manifest/manifest.ts";

/** A revision as people read it; only ever for display. */
export function shortRevision(revision: string): string {
  return revision.slice(0, 7);
}

/** A digest as people read it: `sha256:` and its first twelve digits. */
export function shortDigest(digest: string): string {
  return digest.slice(0, "sha256:".length + 12);
}

/** A number of things: `1 object`, `2 objects`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** A time in ISO 8601 as people read it: `2026-11-22 06:56:56 UTC`. What is none in UTC stays as it is. */
export function readableTime(iso: string): string {
  return iso.replace(/^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.\d+)?Z$/, "$1 $2 UTC");
}

/** For how long something has been so: `for 3 h`, or that it was not known before; rounded down. */
export function ageText(since: string, now: string): string {
  const seconds = Math.floor((Date.parse(now) - Date.parse(since)) / 1000);
  return seconds >= 1 ? `for ${lengthText(seconds)}` : "seen for the first time";
}

/** A length of time in one unit, of which there are at least two: `119 s`, `3 h`, `9 d`. */
export function lengthText(seconds: number): string {
  const unit = units.find(([, length]) => seconds >= 2 * length);
  return unit === undefined ? `${Math.max(0, Math.floor(seconds))} s` : `${Math.floor(seconds / unit[1])} ${unit[0]}`;
}

const units = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
] as const;

/** `web/web.yaml:12`, with the line if it is known; empty for objects that Driftless writes itself. */
export function originText(origin: Origin | undefined): string {
  if (origin === undefined) return "";
  return origin.line === undefined ? origin.path : `${origin.path}:${origin.line}`;
}

/** Which application set an application is of, and what it was made of: `set regional: folder "applications/web"`. */
export function memberText({ set, item }: SetMember): string {
  return `set ${set}: ${item}`;
}
