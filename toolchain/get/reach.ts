/** How long a download site has to answer: long enough for a slow line, short enough for a machine without one. */
const reachTimeoutMs = 3_000;

/** True if `url` answers anything at all in time. */
export async function canReach(url: string, signal?: AbortSignal, timeoutMs = reachTimeoutMs): Promise<boolean> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    await fetch(url, { method: "HEAD", signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]) });
    return true;
  } catch {
    // No name, no route, no answer, a proxy in between: whatever the cause, there is nothing to download from.
    signal?.throwIfAborted();
    return false;
  }
}
