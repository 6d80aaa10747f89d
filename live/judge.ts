import type { HealthChecks } from "../core/health/health.ts";
import { waitsForConsumer } from "../core/health/kinds/persistent-volume-claim.ts";
import { healthy, progressing, type Health } from "../core/health/status.ts";
import { kindGroup, type KubernetesObject } from "../core/manifest/manifest.ts";
import type { Verdict } from "./follower.ts";

/** What a state means for a wait for health. `lateClasses`: as for `waitsForConsumer`. */
export function judgeHealth(
  object: KubernetesObject | undefined,
  checks: HealthChecks,
  lateClasses: ReadonlySet<string> | undefined,
): Verdict {
  if (object === undefined) return { outcome: "open", health: progressing("It does not exist.") };
  const health = checks.healthOf(object);
  const late = isClaim(object) && health.status === "progressing" ? waitsForConsumer(object, lateClasses) : undefined;
  return late === undefined ? { outcome: outcomes[health.status], health } : { outcome: "done", health: late };
}

/** What a state means for a wait until an object is gone. */
export function judgeGone(object: KubernetesObject | undefined): Verdict {
  return object === undefined
    ? { outcome: "done", health: healthy("It is gone.") }
    : { outcome: "open", health: progressing("It is still there.") };
}

/** True for a PersistentVolumeClaim. */
export function isClaim(object: KubernetesObject): boolean {
  return kindGroup(object) === "PersistentVolumeClaim";
}

const outcomes: Readonly<Record<Health["status"], Verdict["outcome"]>> = {
  healthy: "done",
  suspended: "done",
  progressing: "open",
  unknown: "open",
  degraded: "failed",
};
