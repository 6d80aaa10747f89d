import type { Actor } from "../../core/audit/question.ts";
import type { Difference, ObjectDrift } from "../../core/drift/report.ts";
import type { AuditRead } from "../drift/audit.ts";
import { readableTime } from "./text.ts";

/** `user alice as deployer with kubectl/v1.36.3`: of a user agent, only the program. */
export function actorText({ user, as, userAgent }: Actor): string {
  const program = userAgent.split(" ", 1)[0] ?? "";
  return `user ${user}${as === undefined ? "" : ` as ${as}`}${program === "" ? "" : ` with ${program}`}`;
}

/** Who changed a field, beyond its manager; empty where no audit log tells. The time is that of the manager, if it is known. */
export function fieldActors({ who = [], managers }: Difference): string {
  const timed = managers.some(({ time }) => time !== undefined);
  const texts = who.map((actor) => (timed ? actorText(actor) : `${actorText(actor)} at ${readableTime(actor.time)}`));
  return `${texts.length > 0 && managers.length === 0 ? "by " : ""}${texts.join(" or ")}`;
}

/** `deleted by user alice with kubectl/v1.36.3 at 2026-11-22 14:00:00 UTC`: a line for each who did something to an object. */
export function objectActors({ who = [], verdict }: Pick<ObjectDrift, "who" | "verdict">): readonly string[] {
  return who.map((actor, at) => {
    const gone = actor.verb === "delete" || actor.verb === "deletecollection";
    const made = verdict === "recreated" && at > 0 ? "made again" : "made";
    return `${gone ? "deleted" : made} by ${actorText(actor)} at ${readableTime(actor.time)}`;
  });
}

/** What a person should know of an audit log that does not tell everything; undefined if it does. */
export function auditNote({ cluster, from, damaged, untold }: AuditRead): string | undefined {
  const parts = [
    ...(untold === 0
      ? []
      : [untold === 1 ? "does not tell who made one change" : `does not tell who made ${untold} changes`]),
    ...(damaged === 0 ? [] : [damaged === 1 ? "has a damaged line" : `has ${damaged} damaged lines`]),
  ];
  if (parts.length === 0) return undefined;
  const read = from === undefined ? "" : `; read back to ${readableTime(from)}`;
  return `the audit log of ${cluster} ${parts.join(" and ")}${read}`;
}
