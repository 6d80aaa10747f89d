import { setTimeout as sleep } from "node:timers/promises";
import type { Follower } from "./follower.ts";

/** How long a wait may take. */
export interface WaitOptions {
  readonly timeoutSeconds: number;
  /** Ends the wait with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Degraded objects often recover: a wait ends only when one has been so for this long, or as long as it says. */
const patienceSeconds = 10;

/**
 * Waits until all followers are done, one has failed, or the time is over. `start` begins to follow and calls back
 * with every new verdict. Returns the followers that are not done; ends all of them.
 */
export async function waitForAll(
  start: (onVerdict: (follower: Follower) => void) => readonly Follower[],
  { timeoutSeconds, signal }: WaitOptions,
  onChange: (follower: Follower) => void,
): Promise<readonly Follower[]> {
  signal?.throwIfAborted();
  const over = new AbortController();
  const until = signal === undefined ? over.signal : AbortSignal.any([signal, over.signal]);
  const failing = new Map<Follower, NodeJS.Timeout>();
  const done = new Set<Follower>();
  let count = Number.POSITIVE_INFINITY;

  const onVerdict = (follower: Follower): void => {
    const { outcome, health } = follower.verdict;
    if (outcome === "done") done.add(follower);
    else done.delete(follower);
    if (outcome !== "failed") {
      clearTimeout(failing.get(follower));
      failing.delete(follower);
    } else if (!failing.has(follower) || health.patienceSeconds === 0) {
      clearTimeout(failing.get(follower));
      const patience = setTimeout(() => over.abort(), 1_000 * (health.patienceSeconds ?? patienceSeconds));
      failing.set(follower, patience);
    }
    onChange(follower);
    if (done.size === count) over.abort();
  };
  const followers = start(onVerdict);
  count = followers.length;
  if (done.size === count) over.abort();
  try {
    // No timer can be longer than this many milliseconds.
    await sleep(Math.min(timeoutSeconds * 1_000, 2 ** 31 - 1), undefined, { signal: until }).catch(() => undefined);
    signal?.throwIfAborted();
    return followers.filter((follower) => !done.has(follower));
  } finally {
    for (const follower of followers) follower.end();
    for (const timer of failing.values()) clearTimeout(timer);
  }
}
