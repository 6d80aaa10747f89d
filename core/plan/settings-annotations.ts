import type { ObjectSettings } from "./settings.ts";

/** What an annotation may ask for. */
export type AskedSettings = Partial<Pick<ObjectSettings, "prune" | "replace" | "force">>;

/** Our own annotations: the value of each that is understood, and what it means. Any other value is refused. */
export const ownSettings: Readonly<Record<string, Readonly<Record<string, AskedSettings>>>> = {
  "driftless.dev/prune": {
    enabled: { prune: "enabled" },
    disabled: { prune: "disabled" },
    confirm: { prune: "confirm" },
  },
  "driftless.dev/replace": { true: { replace: true }, false: { replace: false } },
  "driftless.dev/force-conflicts": { true: { force: true }, false: { force: false } },
};

/**
 * Annotations of other tools that ask for the same, read in lower case as a list with commas between its items; values
 * that are not in the table mean nothing here. Our own annotations win over them.
 */
export const foreignSettings: Readonly<Record<string, Readonly<Record<string, AskedSettings>>>> = {
  "argocd.argoproj.io/sync-options": {
    "prune=false": { prune: "disabled" },
    "prune=confirm": { prune: "confirm" },
    "delete=false": { prune: "disabled" },
    "delete=confirm": { prune: "confirm" },
    "replace=true": { replace: true },
    "force=true": { replace: true },
  },
  "kustomize.toolkit.fluxcd.io/prune": { disabled: { prune: "disabled" } },
  "kustomize.toolkit.fluxcd.io/force": { enabled: { replace: true } },
  "helm.sh/resource-policy": { keep: { prune: "disabled" } },
};
