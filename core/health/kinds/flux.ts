import {
  condition,
  conditionText,
  degraded,
  healthy,
  outdated,
  progressing,
  say,
  specOf,
  suspended,
  type HealthCheck,
} from "../status.ts";

/** Reasons of `Ready: False` that pass by themselves. */
const passing: ReadonlySet<string> = new Set([
  "Progressing",
  "ProgressingWithRetry",
  "DependencyNotReady",
  "ReconciliationPaused",
]);

/**
 * Everything of Flux (`*.toolkit.fluxcd.io`: Kustomization, HelmRelease, GitRepository, …): healthy when `Ready`,
 * degraded when `Stalled` or not ready and not at work, suspended by `spec.suspend`. Source: conditions of fluxcd/pkg.
 */
export const flux: HealthCheck = (object) => {
  if (specOf(object)["suspend"] === true) return suspended("It is suspended.");
  const old = outdated(object);
  if (old !== undefined) return old;
  const stalled = condition(object, "Stalled");
  if (stalled?.status === "True") return degraded(say(`Stalled: ${conditionText(stalled)}`));
  const ready = condition(object, "Ready");
  const working = condition(object, "Reconciling");
  if (ready === undefined)
    return progressing(working === undefined ? "It was not looked at yet." : conditionText(working));
  if (ready.status === "True") return healthy(conditionText(ready));
  const busy = ready.status !== "False" || passing.has(ready.reason);
  return busy ? progressing(conditionText(ready)) : degraded(say(`Not ready: ${conditionText(ready)}`));
};
