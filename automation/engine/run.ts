import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { approvalsVariable } from "../../core/approvals/variable.ts";
import { identitiesVariable } from "../../core/cluster/identity.ts";
import { DriftlessError } from "../../core/errors/error.ts";
import { formatActing, type ActingTenants } from "../../core/plan/acting.ts";
import { noCounts } from "../../core/plan/change.ts";
import { applicationOf } from "../../core/plan/identity.ts";
import { compareText } from "../../core/plan/order.ts";
import { writeStateOnce } from "./checkpoints.ts";
import { EngineExit } from "./command.ts";
import { RunEvents, type ReplacedObject, type CreatedObject } from "./events.ts";
import { leftOutVariable } from "./left-out.ts";
import { isFilled, runFailure, stopFailure } from "./failures.ts";
import { isFieldConflict } from "./field-conflict.ts";
import { foreignObjects, type ClusterAccess } from "./foreign.ts";
import { packVersions, preparePolicy, requirePacks, type PolicyPacks } from "./policy.ts";
import { settingFailure } from "./policy-settings.ts";
import { killLeftovers, runVariable } from "./processes.ts";
import { RunFailed } from "./run-failed.ts";
import { policyFailures, runFailures } from "./run-failures.ts";
import type { RunLog } from "./run-record.ts";
import type { EnginePolicy, HookRun, RunOptions, UpdateResult } from "./types.ts";
import { unreadyReasons } from "./unready.ts";
import type { Workspace } from "./workspace.ts";

/** One operation of the engine. */
export interface Operation extends Omit<Partial<RunOptions>, "policy" | "note"> {
  readonly kind: "preview" | "up" | "destroy" | "preview-destroy";
  /** Required for previews and updates; the engine takes none for a deletion. */
  readonly policy?: EnginePolicy | undefined;
  /** Whether to go on with what does not depend on what failed. Default: true. */
  readonly continueOnError?: boolean | undefined;
  /** What the engine's history says of it, by the name of the run. Default: nothing. */
  readonly message?: ((run: string) => string) | undefined;
  /** Write the state at the end only. Default: false. */
  readonly writeOnce?: boolean | undefined;
  /** Owners whose objects it may make: `application/<name>` and so on. Default: none. */
  readonly owners?: readonly string[] | undefined;
  /** Whether a deletion leaves everything on its cluster. Default: false. */
  readonly orphan?: boolean | undefined;
  /** URNs of what is left as the state has it; `*` and `**` stand for any text, the former without a colon. */
  readonly exclude?: readonly string[] | undefined;
  /** Names of clusters that the program leaves out. Default: none. */
  readonly leftOut?: Iterable<string> | undefined;
  /** URNs of objects that are to be replaced although the provider sees no need. */
  readonly replace?: readonly string[] | undefined;
  /** URNs of the only objects that a preview or an update is about. Default: all. */
  readonly target?: readonly string[] | undefined;
  /** Tenants that act; the objects of the others must not change. Default: all. */
  readonly acting?: ActingTenants | undefined;
  /** Take fields over from whoever has changed them. Default: what each object asks for; a preview takes them all. */
  readonly force?: boolean | undefined;
}

/** Steps that the engine works on at once, beside those that wait. */
const hands = 32;

/** What an operation did, and what it was about. */
export interface Outcome extends UpdateResult {
  /** Objects that it created or would create. */
  readonly creates: readonly CreatedObject[];
  /** URNs of all resources that the program wants or the state holds. */
  readonly urns: ReadonlySet<string>;
  /** Objects that the provider replaces by itself. */
  readonly replacements: readonly ReplacedObject[];
}

/** What an operation did that had nothing to do: on a stack that is not there, or without targets. */
export const noOutcome: Outcome = {
  changes: [],
  counts: noCounts(),
  removals: [],
  hooks: [],
  waits: [],
  violations: [],
  diagnostics: [],
  packs: {},
  outputs: {},
  seconds: 0,
  finished: new Set(),
  creates: [],
  replacements: [],
  urns: new Set(),
};

/**
 * Runs one operation and waits for its end. With a log the run is noted while it may write.
 * @throws {RunFailed} where it got to work and failed on some of it, POLICY_VIOLATION also where the engine says it is done.
 * @throws {DriftlessError} what else went wrong; POLICY_UNAVAILABLE also where the engine says it is done.
 */
export async function runEngine(
  workspace: Workspace,
  operation: Operation,
  access: ClusterAccess,
  log?: RunLog,
): Promise<Outcome> {
  const { signal } = access.context;
  const events = new RunEvents(workspace.folders, {
    onProgress: (progress) => operation.onProgress?.(progress),
    onWait: (line) => operation.onWait?.(line),
  });
  const policy = operation.policy === undefined ? undefined : await preparePolicy(operation.policy);
  const run = await log?.begin(operation);
  let noted: Promise<void> | undefined;
  const command = workspace.command(
    {
      ...(operation.digest === undefined ? {} : { DRIFTLESS_PLAN_DIGEST: operation.digest }),
      ...(operation.wait === false ? { DRIFTLESS_WAIT: "no" } : {}),
      ...actingVariable(operation.acting),
      ...(bringsIn(operation) ? {} : { DRIFTLESS_BLOCKED: "allow" }),
      ...(isApproved(operation) ? { [approvalsVariable]: "judged" } : {}),
      ...(access.identities === undefined
        ? {}
        : { [identitiesVariable]: JSON.stringify(Object.fromEntries(access.identities)) }),
      ...(operation.orphan === true ? { DRIFTLESS_ORPHAN: "true" } : {}),
      ...(operation.confirmed === undefined ? {} : { DRIFTLESS_CONFIRM: operation.confirmed.join(",") }),
      [leftOutVariable]: [...(operation.leftOut ?? [])].join(","),
      ...(run === undefined ? {} : { [runVariable]: run }),
      ...(operation.writeOnce === true ? writeStateOnce : {}),
      // Only an update takes fields from kubectl before it applies an object; its preview would call them conflicts.
      ...(operation.kind === "preview" || operation.force === true ? { PULUMI_K8S_ENABLE_PATCH_FORCE: "true" } : {}),
    },
    {
      onStart: (pid) => {
        noted = run === undefined ? undefined : log?.started(run, pid);
      },
      onKilled: () => (run === undefined ? Promise.resolve() : killLeftovers(run)),
    },
  );
  try {
    const message = run === undefined ? undefined : operation.message?.(run);
    await operate(await workspace.stack(command), { ...operation, message }, events, policy, signal);
    if (operation.policy !== undefined) requirePacks(operation.policy, events.packs());
    const violations = policyFailures(events);
    if (isFilled(violations)) throw new RunFailed(violations, outcome(operation, events));
  } catch (error) {
    throw await explain(error, { operation, events, workspace, access });
  } finally {
    await noted;
    await policy?.dispose();
  }
  return outcome(operation, events);
}

function actingVariable(acting: ActingTenants | undefined): Readonly<Record<string, string>> {
  const text = acting === undefined ? undefined : formatActing(acting);
  return text === undefined ? {} : { DRIFTLESS_ACTING: text };
}

/** False for what only deletes, or puts back what has drifted. */
function bringsIn({ kind, target = [] }: Operation): boolean {
  return target.length === 0 && (kind === "up" || kind === "preview");
}

/** A preview changes nothing, and healing only puts back what was approved. */
function isApproved({ kind, target = [], approvals }: Operation): boolean {
  return approvals === "judged" || kind.startsWith("preview") || target.length > 0;
}

function outcome({ kind, wait }: Operation, events: RunEvents): Outcome {
  const writes = kind === "up" || kind === "destroy";
  const hooks = events.steps.hooks();
  return {
    changes: events.changes(writes ? "done" : undefined),
    counts: events.counts(writes ? "done" : undefined),
    hooks: writes ? hooks : hooks.map((hook): HookRun => ({ ...hook, state: "planned" })),
    waits:
      wait === false ? [] : [...events.steps.gated()].flatMap((owner) => applicationOf(owner) ?? []).sort(compareText),
    violations: events.violations(),
    diagnostics: events.diagnostics(),
    packs: packVersions(events.packs()),
    outputs: events.outputs(),
    seconds: events.seconds(),
    finished: writes ? events.steps.finished() : new Set(),
    removals: events.removals(),
    creates: events.creates(),
    urns: events.urns(),
    replacements: events.replacements(),
  };
}

interface FailedOperation {
  readonly operation: Operation;
  readonly events: RunEvents;
  readonly workspace: Workspace;
  readonly access: ClusterAccess;
}

/** The error that a person sees, with what the environment document and the clusters know about it. */
async function explain(error: unknown, failed: FailedOperation): Promise<unknown> {
  const { operation, events, workspace, access } = failed;
  const { project, stackName, folders } = workspace;
  const run = { error, events, folders, aborted: access.context.signal?.aborted === true };
  if (run.aborted || !(error instanceof EngineExit)) return runFailure(run);
  const errors = [...events.errors("run"), ...events.errors("resources")];
  const settings = await settingFailure(project, stackName, [...errors, error.stderr], error);
  if (settings !== undefined) return settings;
  const foreign = errors.some(isFieldConflict) ? await foreignObjects(stackName, events.creates(), access) : [];
  if (isFilled(foreign)) return new DriftlessError(foreign, { cause: error });
  const stopped = stopFailure(run);
  if (stopped !== undefined) return stopped;
  const failures = runFailures(events, await unreadyReasons(events.failures(), access));
  return isFilled(failures) ? new RunFailed(failures, outcome(operation, events), { cause: error }) : runFailure(run);
}

/**
 * `runProgram` makes a refresh and a deletion use the credentials of today: those in the state may have been replaced.
 */
async function operate(
  stack: Stack,
  { kind, message, ...operation }: Omit<Operation, "message"> & { readonly message: string | undefined },
  events: RunEvents,
  policy: PolicyPacks | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { refresh = false, continueOnError = true, waits = 32, exclude = [], replace = [], target = [] } = operation;
  const said = message === undefined ? {} : { message };
  const common = {
    onEvent: (event: Parameters<RunEvents["add"]>[0]) => events.add(event),
    ...(signal === undefined ? {} : { signal }),
    suppressOutputs: true,
    suppressProgress: true,
    color: "never" as const,
  };
  const packs =
    policy === undefined || policy.packs.length === 0
      ? {}
      : { policyPacks: [...policy.packs], policyPackConfigs: [...policy.configs] };
  const compare = {
    ...(refresh ? { refresh, runProgram: true } : {}),
    ...(target.length === 0 ? {} : { target: [...target] }),
  };
  // What waits keeps the engine's hands full: there must be some left for what it waits for.
  const work = {
    parallel: hands + waits,
    // The engine (3.250) drops what depends on a failed step, its refresh too, and then waits for that refresh for ever.
    continueOnError: continueOnError && !refresh,
  };
  const kept = exclude.length === 0 ? {} : { exclude: [...exclude] };
  switch (kind) {
    case "preview":
      await stack.preview({ ...common, ...packs, ...compare, ...kept });
      return;
    case "up":
      await stack.up({
        ...common,
        ...packs,
        ...compare,
        ...work,
        ...said,
        ...kept,
        ...(replace.length === 0 ? {} : { replace: [...replace] }),
      });
      return;
    case "destroy":
      await stack.destroy({ ...common, ...work, ...said, runProgram: true });
      return;
    case "preview-destroy":
      await stack.previewDestroy({ ...common, runProgram: true });
  }
}
