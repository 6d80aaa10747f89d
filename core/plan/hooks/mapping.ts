import { hookAnnotations } from "../../manifest/hook-name.ts";
import type { HookDeletePolicy, HookPhase } from "./phase.ts";

/** What Driftless makes of one value of a hook annotation. */
export interface HookRow {
  /** A phase; `object`: no hook, but an object of its wave; `ignored`: neither applied nor run, and reported. */
  readonly means: HookPhase | "object" | "ignored";
  /** True if such an object is deleted and created anew when it changes: what ran once cannot be changed. */
  readonly replaced?: true;
  /** What differs from the system that the value is from, and what to do instead; Markdown. */
  readonly note?: string;
}

/** The hook annotations of one system. */
export interface HookDialect {
  readonly system: "Driftless" | "Argo CD" | "Helm";
  /** Annotation whose value is a list, separated by commas, of the keys of `hooks`. */
  readonly annotation: string;
  readonly hooks: Readonly<Record<string, HookRow>>;
  readonly policyAnnotation: string;
  readonly policies: Readonly<Record<string, HookDeletePolicy>>;
}

const [ours, argo, helm] = hookAnnotations;
const onEveryChange = "also when the application is updated: a run does not tell a first deployment from a later one";
const onFirstToo = "also when the application is deployed for the first time";
const noRollback = "a rollback is a deployment of an earlier commit, so pre-deploy and post-deploy hooks run";
const noTests = "use post-deploy to run it after each change";
const afterDeletion = "nothing of the application is left to wait for it; use pre-delete";

/**
 * Everything that hook annotations may say. Where an object has those of several systems, the first of them counts:
 * charts carry Argo CD's beside Helm's on purpose. The table in docs/guide/delivery.md is checked against this.
 */
export const hookDialects: readonly HookDialect[] = [
  {
    system: "Driftless",
    annotation: ours,
    hooks: {
      "pre-deploy": { means: "pre-deploy" },
      "post-deploy": { means: "post-deploy" },
      "on-failure": { means: "on-failure" },
      "pre-delete": { means: "pre-delete" },
    },
    policyAnnotation: "driftless.dev/hook-delete-policy",
    policies: { "before-creation": "before-creation", "on-success": "on-success", "on-failure": "on-failure" },
  },
  {
    system: "Argo CD",
    annotation: argo,
    hooks: {
      PreSync: { means: "pre-deploy" },
      Sync: {
        means: "object",
        replaced: true,
        note: "applied in its wave, which waits for it, and replaced when it changes; it does not run again when only other objects change, and its delete policy does not count",
      },
      PostSync: { means: "post-deploy" },
      SyncFail: { means: "on-failure" },
      PreDelete: { means: "pre-delete" },
      PostDelete: { means: "ignored", note: afterDeletion },
      Skip: { means: "ignored", note: "not applied, as in Argo CD; remove it from the source to lose the warning" },
    },
    policyAnnotation: "argocd.argoproj.io/hook-delete-policy",
    policies: { BeforeHookCreation: "before-creation", HookSucceeded: "on-success", HookFailed: "on-failure" },
  },
  {
    system: "Helm",
    annotation: helm,
    hooks: {
      "pre-install": { means: "pre-deploy", note: onEveryChange },
      "pre-upgrade": { means: "pre-deploy", note: onFirstToo },
      "post-install": { means: "post-deploy", note: onEveryChange },
      "post-upgrade": { means: "post-deploy", note: onFirstToo },
      "pre-delete": { means: "pre-delete" },
      "post-delete": { means: "ignored", note: afterDeletion },
      "pre-rollback": { means: "ignored", note: noRollback },
      "post-rollback": { means: "ignored", note: noRollback },
      test: { means: "ignored", note: noTests },
      "test-success": { means: "ignored", note: noTests },
      "test-failure": { means: "ignored", note: "a test that had to fail, in Helm 2" },
      "crd-install": { means: "object", note: "definitions come first in their wave anyway" },
    },
    policyAnnotation: "helm.sh/hook-delete-policy",
    policies: {
      "before-hook-creation": "before-creation",
      "hook-succeeded": "on-success",
      "hook-failed": "on-failure",
    },
  },
];
