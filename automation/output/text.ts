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

/** A time in ISO 8601 as people read it: `2026-11-22 06:56:56 UTC`. What is none in UTC stays as it is. */
export function readableTime(iso: string): string {
  return iso.replace(/^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.\d+)?Z$/, "$1 $2 UTC");
}

/** `web/web.yaml:12`, with the line if it is known; empty for objects that Driftless writes itself. */
export function originText(origin: Origin | undefined): string {
  if (origin === undefined) return "";
  return origin.line === undefined ? origin.path : `${origin.path}:${origin.line}`;
}

/** Which application set an application is of, and what it was made of: `set regional: folder "applications/web"`. */
export function memberText({ set, item }: SetMember): string {
  return `set ${set}: ${item}`;
}
