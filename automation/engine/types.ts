import type { Identities } from "../../core/cluster/identity.ts";
import type { Reveal } from "../../core/cluster/kubeconfig-files.ts";
import type { ClusterRemains } from "./lost.ts";
import type { ChangeCounts, ObjectChange } from "../../core/plan/change.ts";
import type { KeptBaseline } from "../../core/drift/stash.ts";
import type { UpdateDraft } from "../../core/history/note.ts";
import type { FailureReason, UpdateRecord } from "../../core/history/record.ts";
import type { ClusterSpec } from "../../core/environment/spec.ts";
import type { Finding } from "../../core/errors/finding.ts";
import type { JsonObject, Origin } from "../../core/manifest/manifest.ts";
import type { PendingRollback } from "../../core/rollback/pending.ts";
import type { Removal } from "../../core/safety/removal.ts";
import type { DeployedApplication } from "../../core/plan/acting.ts";
import type { Tool, ToolName } from "../../toolchain/toolchain.ts";

/** What the engine layer needs to know. */
export interface EngineOptions {
  /** Absolute path of the project's folder. */
  readonly project: string;
  /** Name of the environment, which is the name of its stack. */
  readonly environment: string;
  /** Clusters of the environment: asked before anything starts whether they answer, and by the recovery. */
  readonly clusters: Readonly<Record<string, ClusterSpec>>;
  /** Whether an update goes on with what does not depend on what failed. Default: true. */
  readonly continueOnError?: boolean | undefined;
  /** What the environment's document names: `application/<name>`, `tenant/<name>`. Objects of others are left alone. */
  readonly owners: readonly string[];
  /** At least the group `engine` of the toolchain. */
  readonly tools: ReadonlyMap<ToolName, Tool>;
  /** Folder of the machine's cache. */
  readonly cache: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Gets kubeconfigs that only the engine can decrypt. Default: they cannot be had. */
  readonly reveal?: Reveal | undefined;
  /** One line about something worth knowing: a new passphrase, an interrupted run that is picked up. */
  readonly progress: (line: string) => void;
  /** Interrupts the engine in an orderly way; what is left of it is killed after a deadline. */
  readonly signal?: AbortSignal | undefined;
}

/** What is to be run, and by which rules. */
export interface RunOptions {
  /** Digest of the plan that was reviewed; the program refuses another one. Default: any. */
  readonly digest?: string | undefined;
  /** Compare with the clusters instead of the state. Always so after a run that was interrupted. Default: false. */
  readonly refresh?: boolean | undefined;
  /** Names of clusters that may be others than last time; then the run compares with the clusters. Default: none. */
  readonly acceptClusters?: ReadonlySet<string> | undefined;
  /** Resource names of objects that may be deleted and created again where a field cannot be changed. Default: none. */
  readonly replaceable?: ReadonlySet<string> | undefined;
  /** Packs that the engine asks besides whoever has judged the plan. */
  readonly policy: EnginePolicy;
  /**
   * The applications that are applied with the rights of their tenants: a tenant of which nothing changes then costs no
   * process. Default: unknown, and every tenant of the plan has one on each cluster.
   */
  readonly deployed?: readonly DeployedApplication[] | undefined;
  /** Gates and hooks that may wait at once: as many steps more are worked on side by side. Default: 32. */
  readonly waits?: number | undefined;
  /** The commit that the run is for: a run for another one gives way to it. Default: unknown. */
  readonly revision?: string | undefined;
  /** Wait until what was applied is healthy. Default: true. */
  readonly wait?: boolean | undefined;
  /** That whoever runs it has judged the approvals; the program refuses a run that needs some otherwise. Default: nobody has. */
  readonly approvals?: "judged" | undefined;
  /** What the history says of the run. Default: nothing of ours. */
  readonly note?: UpdateDraft | undefined;
  /** Identities of what stays on its cluster, or at AWS, where the update would delete it. Default: none. */
  readonly release?: ReadonlySet<string> | undefined;
  /** Identities of what asks for a confirmation of its deletion and has it. Default: none. */
  readonly confirmed?: readonly string[] | undefined;
  /** Called when an object begins and when it is done. */
  onProgress?(progress: RunProgress): void;
  /** Told what the run is waiting for, whenever that changes. */
  onWait?(line: string): void;
}

/** Packs that the engine runs. */
export interface EnginePolicy {
  readonly packs: readonly {
    /** How the environment document names it. */
    readonly title: string;
    /** Absolute path. */
    readonly folder: string;
    /** By rule, as Pulumi takes them. */
    readonly settings: Readonly<Record<string, unknown>>;
  }[];
}

/** Something happened to one object. */
export interface RunProgress {
  readonly change: Omit<ObjectChange, "fields">;
  readonly state: "started" | "done" | "failed";
  /** Objects done so far, unchanged ones included. */
  readonly done: number;
}

/** A hook of an application in a run. */
export interface HookRun {
  readonly application: string;
  /** Such as `pre-deploy`. */
  readonly phase: string;
  /** Name of its object as that of a resource: `<cluster>/<namespace or _>/<Kind.group>/<name>`. */
  readonly object: string;
  /** `planned`: it would run. `skipped`: it was to run, and something before it failed. */
  readonly state: "planned" | "done" | "failed" | "skipped";
}

/** A cluster that a run leaves out as a whole, because it cannot be reached. */
export interface LeftOutCluster {
  readonly cluster: string;
  /** CLUSTER_UNREACHABLE. */
  readonly finding: Finding;
}

/** What a preview found. */
export interface PreviewResult {
  /** Clusters of which nothing is changed, deleted or known. Default: none. */
  readonly leftOut?: readonly LeftOutCluster[];
  /** Objects that would change, by owner, cluster and name; deletions last. */
  readonly changes: readonly ObjectChange[];
  readonly counts: ChangeCounts;
  /** Hooks that run, in the order in which the engine came to them. */
  readonly hooks: readonly HookRun[];
  /** Names of the applications whose health is waited for, in order. */
  readonly waits: readonly string[];
  /** What is deleted, replaced or let go, with what the objects ask for. */
  readonly removals: readonly Removal[];
  /** Violations that do not stop a run; mandatory ones are thrown as POLICY_VIOLATION. */
  readonly violations: readonly PolicyViolation[];
  /** Warnings of the engine, the provider and the program. */
  readonly diagnostics: readonly Diagnostic[];
  /** Policy packs that ran, by name, with their versions. */
  readonly packs: Readonly<Record<string, string>>;
}

/** What an update did. */
export interface UpdateResult extends PreviewResult {
  /** Outputs of the stack. */
  readonly outputs: JsonObject;
  readonly seconds: number;
  /** Owners (`application/<name>`, `tenant/<name>`) that are complete: everything of them is there and healthy. */
  readonly finished: ReadonlySet<string>;
}

/** A rule that an object breaks. */
export interface PolicyViolation {
  readonly rule: string;
  readonly pack: string;
  readonly level: "advisory" | "mandatory";
  readonly message: string;
  /** `application/<name>` and so on; empty for what belongs to nobody. */
  readonly owner: string;
  /** Name of the resource, `<cluster>/<namespace or _>/<Kind.group>/<name>`; empty for the stack as a whole. */
  readonly object: string;
  readonly origin?: Origin;
}

/** A line that the engine, a provider or the program wrote. */
export interface Diagnostic {
  readonly severity: "info" | "warning" | "error";
  /** Without colours, absolute paths and repetitions. */
  readonly message: string;
  /** Name of the resource that it is about; absent for the stack as a whole. */
  readonly object?: string;
}

/** How the last run of a stack ended. */
export interface LastRun {
  readonly kind: string;
  readonly result: "succeeded" | "failed" | "in-progress" | "not-started";
  /** ISO 8601. */
  readonly startTime: string;
  readonly endTime?: string;
  readonly changes: Readonly<Record<string, number>>;
}

/** What the recovery of an interrupted run did. */
export interface Recovery {
  /** True if the last run was interrupted: previews and updates compare with the clusters until one has succeeded. */
  readonly interrupted: boolean;
  /** Names of objects whose creation was cut short and that are known again. */
  readonly adopted: readonly string[];
  /** Names of objects whose creation was cut short before it reached the cluster. */
  readonly cleared: readonly string[];
}

/** The state of a stack as the engine exports it; secrets stay encrypted. */
export interface StateExport {
  readonly version: number;
  readonly deployment: JsonObject;
}

/** One environment's stack. */
export interface Engine {
  /**
   * Picks up what an interrupted run left behind. `up` and `destroy` do it too; call it before the preview of an update,
   * so that the preview shows what the update will do. Throws LOCKED while another run is at work.
   * @param revision The pin. A run of this project for another commit ends when it sees that it is superseded, and is
   * waited for, two minutes at most.
   */
  recover(revision?: string): Promise<Recovery>;
  /** Finds out what `up` would do. Throws POLICY_VIOLATION, POLICY_UNAVAILABLE, CLUSTER_UNREACHABLE, PLAN_STALE and more. */
  preview(options: RunOptions): Promise<PreviewResult>;
  /** Applies. Throws as `preview` does, and LOCKED and UPDATE_FAILED. */
  up(options: RunOptions): Promise<UpdateResult>;
  /**
   * Puts back objects that have drifted, and deletes unknown ones that a run of this environment has made: an update, compared
   * with the clusters, of these objects alone. Gates and hooks are none of them, and clusters without any need not answer.
   * What others have set of their fields is taken back. Throws as `up` does, and BASELINE_STALE after a run that was
   * interrupted, or for an object that the state does not hold.
   */
  heal(options: HealOptions): Promise<UpdateResult>;
  /** Finds out what `heal` would do. */
  previewHeal(options: HealOptions): Promise<PreviewResult>;
  /** What clusters still hold of what the state says, by name. Throws CLUSTER_UNREACHABLE and KUBECONFIG_INVALID. */
  remains(clusters: ReadonlySet<string>): Promise<readonly ClusterRemains[]>;
  /**
   * Writes a state in which nothing was ever made on these clusters, and each is the one that it is now: the next update
   * makes all of it. Returns what takes that back. A copy of the state is kept.
   */
  forget(lost: readonly ClusterRemains[]): Promise<() => Promise<void>>;
  /** Deletes all objects; the history stays. */
  destroy(options: DestroyOptions): Promise<UpdateResult>;
  /** Which cluster each name stands for, by the check before the last preview or update; empty before the first. */
  identities(): Identities;
  /** Outputs of the last update; empty if there was none. */
  outputs(): Promise<JsonObject>;
  /** The last update, undefined if there was none. */
  lastRun(): Promise<LastRun | undefined>;
  /** All updates of the stack, newest first, with what is known of them beside the engine's own history. */
  history(): Promise<readonly UpdateRecord[]>;
  /**
   * Notes why the last run of this engine failed: the engine's own history says only that it did, or not even that. Does
   * nothing if none began.
   */
  noteFailure(reasons: readonly FailureReason[]): Promise<void>;
  /** The run that has begun on this machine and not ended in an orderly way: still at work, or killed. */
  unfinished(): Promise<"running" | "interrupted" | undefined>;
  /** The state, undefined if there was no update yet. */
  exportState(): Promise<StateExport | undefined>;
  /** Keeps another baseline in the state, if that has a place for one. */
  keepBaseline(kept: KeptBaseline): Promise<void>;
  /** Keeps in the state which rollbacks Git does not say yet; false if it has no place for them. */
  keepRollbacks(pending: readonly PendingRollback[]): Promise<boolean>;
  /** The key of the hashes of Secrets in the baseline, decrypted; undefined if there is none. */
  baselineKey(): Promise<string | undefined>;
}

/** How to destroy. */
export interface DestroyOptions {
  /** Only find out what would be deleted. Default: false. */
  readonly preview?: boolean | undefined;
  /** As in `RunOptions`. */
  readonly release?: ReadonlySet<string> | undefined;
  /** As in `RunOptions`. */
  readonly confirmed?: readonly string[] | undefined;
  /** As in `RunOptions`. */
  readonly note?: UpdateDraft | undefined;
  /** Whether all of it stays. Default: false. */
  readonly orphan?: boolean | undefined;
  /** As in `RunOptions`. */
  readonly approvals?: "judged" | undefined;
  onProgress?(progress: RunProgress): void;
}

/** What is to be healed, and how. */
export interface HealOptions extends Pick<
  RunOptions,
  "digest" | "revision" | "note" | "replaceable" | "deployed" | "policy" | "waits" | "confirmed" | "onProgress"
> {
  /** Clusters that the last update left out: nothing on them is healed. Default: none. */
  readonly leftOut?: readonly string[] | undefined;
  /** Resource names of objects that the state holds. */
  readonly targets: ReadonlySet<string>;
  /** Resource names of objects that it does not hold, and that are deleted. */
  readonly orphans: ReadonlySet<string>;
}
