import { setTimeout as sleep } from "node:timers/promises";
import type { Health } from "../core/health/status.ts";
import type { ApiServer } from "./api-server.ts";
import { diagnose } from "./diagnose.ts";
import type { Follower } from "./follower.ts";

/** Objects that are looked into; the same cause is behind most of a long list. */
const most = 20;
const timeoutMs = 5_000;

/**
 * The health of the objects that a wait waits for, with what their pods and events tell. Takes 5 s at most; an object
 * of which nothing more is known by then keeps the health that it has.
 */
export async function explain(
  followers: readonly Follower[],
  serverOf: (cluster: string) => ApiServer | undefined,
): Promise<ReadonlyMap<Follower, Health>> {
  const known = new Map(followers.map((follower) => [follower, follower.verdict.health]));
  const over = new AbortController();
  const asked = followers.slice(0, most).map(async (follower) => {
    const { object, target, verdict } = follower;
    const server = serverOf(target.cluster);
    if (object === undefined || server === undefined || verdict.health.status === "unknown") return;
    const more = await diagnose(server, object);
    if (more !== undefined && !over.signal.aborted) known.set(follower, extended(verdict.health, more));
  });
  const timeout = sleep(timeoutMs, undefined, { signal: over.signal }).catch(() => undefined);
  await Promise.race([Promise.all(asked), timeout]);
  over.abort();
  return known;
}

function extended(health: Health, more: string): Health {
  return health.reason.includes(more) || more.includes(health.reason)
    ? { ...health, reason: more.includes(health.reason) ? more : health.reason }
    : { ...health, reason: `${health.reason} ${more}` };
}
