import { emptyBaseline } from "../../core/drift/baseline.ts";
import type { HealDecision } from "../../core/drift/heal.ts";
import type { ObjectDrift } from "../../core/drift/report.ts";
import { isForeign } from "../../core/drift/undo.ts";
import { failure, throwErrors, type DriftlessError } from "../../core/errors/error.ts";
import type { Finding } from "../../core/errors/finding.ts";
import { noCounts, type ObjectChange } from "../../core/plan/change.ts";
import type { ComputedPlan } from "../../core/plan/compute.ts";
import { clustersWithout } from "../../core/plan/left-out.ts";
import { waitForHealed } from "../delivery/update.ts";
import { RunFailed } from "../engine/run-failed.ts";
import type { Engine, HealOptions, PreviewResult } from "../engine/types.ts";
import { engineOf, previewProgress, runOptions, updateProgress, waitProgress } from "../engine-work.ts";
import { withPlannedPlaces } from "../planned-places.ts";
import { updateDraft } from "../history/draft.ts";
import { noteFailures } from "../history/note-failure.ts";
import { judgeRun, passPlan, type RunPreview } from "../policy/gate.ts";
import { violationFindings, type Policy } from "../policy/policy.ts";
import { judgePreview, settleRefusals } from "../safety.ts";
import type { Session } from "../session.ts";
import { computeEnvironment } from "../work.ts";
import { rulesOf, type DatedMeasure } from "./environment.ts";
import type { HealAsk } from "./heal.ts";
import { takeBackFields } from "./heal-fields.ts";
import { BaselineKeeper } from "./keep.ts";
import { clusterContext } from "../cluster-access.ts";

/** What healing an environment needs beside what has drifted: the same for one healing after the other. */
export interface HealParts {
  /** The plan, which the packs have judged. */
  readonly computed: ComputedPlan;
  readonly policy: Policy;
  readonly engine: Engine;
  readonly options: Omit<HealOptions, "targets" | "orphans">;
}

/**
 * Plans the environment and asks the packs about the plan.
 * @param opening The packs, which start while the plan is made.
 * @throws PLAN_STALE, POLICY_VIOLATION, and whatever keeps the environment from being planned.
 */
export async function healParts(session: Session, environment: string, opening: Promise<Policy>): Promise<HealParts> {
  const computed = await computeEnvironment(session, environment);
  const engine = await engineOf(session, computed.environment.spec);
  const leftOut = await requireApplied(engine, computed);
  const policy = await opening;
  const passed = await passPlan(policy, computed);
  const { digest, revision, replaceable, policy: packs, waits, deployed } = runOptions(passed, true);
  const asked = { digest, revision, replaceable, policy: packs, waits, deployed, leftOut };
  return { computed, policy, engine, options: asked };
}

/**
 * Nothing new comes in by healing. Returns the clusters that the last update left out: what they hold is older than the plan.
 * @throws PLAN_STALE if the plan is not the one that was applied last.
 */
export async function requireApplied(engine: Engine, { plan }: ComputedPlan): Promise<readonly string[]> {
  const { planDigest } = await engine.outputs();
  const missing = typeof planDigest === "string" ? clustersWithout(plan, planDigest) : undefined;
  if (missing === undefined) throw otherPlan(plan.environment);
  return missing;
}

/** What is known of the objects: what they should look like, and what was asked for. */
export type Looked = Pick<DatedMeasure, "baseline" | "resources">;

/** What a healing has left as it was. */
export interface Unhealed {
  /** Why it could not be healed, by resource name. */
  readonly failed: ReadonlyMap<string, Finding>;
  /** Resource names of unknown objects that are not deleted: Driftless did not make them, or they are to be kept. */
  readonly strangers: ReadonlySet<string>;
}

/** One healing of an environment, step by step. Everything that an update goes through, it goes through too. */
export class HealRun {
  readonly #session: Session;
  readonly #measured: Looked;
  readonly #computed: ComputedPlan;
  readonly #policy: Policy;
  readonly #engine: Engine;
  readonly #options: Omit<HealOptions, "targets" | "orphans">;
  readonly #failed = new Map<string, Finding>();
  readonly #strangers = new Set<string>();
  #previewed: PreviewResult | undefined;
  #patchedAt: number | undefined;
  #appliedAt: number | undefined;
  #confirmed: readonly string[] = [];

  constructor(session: Session, measured: Looked, { computed, policy, engine, options }: HealParts) {
    this.#session = session;
    this.#measured = measured;
    this.#computed = computed;
    this.#policy = policy;
    this.#engine = engine;
    this.#options = options;
  }

  /**
   * Previews what is to be healed, and asks about deletions and the policy about the run. What belongs to somebody whose
   * preview fails is left out, and so are unknown objects that Driftless did not make, or that must not be deleted. Returns what is healed; empty if
   * whoever was asked about deletions did not agree.
   * @throws POLICY_VIOLATION; {FailedCommand} with refusals of deletions that nobody has lifted.
   */
  async prepare(
    asked: readonly HealDecision[],
    { flags, yes }: Pick<HealAsk, "flags" | "yes">,
  ): Promise<readonly HealDecision[]> {
    const chosen = this.#applied(asked);
    if (chosen.length === 0) return [];
    const { rest, previewed } = needsPreview(chosen, this.#options)
      ? await this.#preview(chosen)
      : { rest: chosen, previewed: foreseen(chosen, this.#measured.resources.length) };
    const judged = await judgePreview(this.#computed.environment, this.#engine, previewed, flags);
    const allowed = await this.#allowed(rest, judged.result);
    if (allowed.length < rest.length) return allowed.length === 0 ? [] : this.prepare(allowed, { flags, yes });
    const [refusal] = judged.refusals;
    const known = rest.filter(({ object }) => object.verdict !== "orphan");
    if (yes && refusal !== undefined && known.length < rest.length && known.length > 0) {
      for (const { object } of rest)
        if (object.verdict === "orphan") this.#failed.set(object.resourceName, refusal.finding);
      return this.prepare(known, { flags, yes });
    }
    if (!(await settleRefusals(this.#session, judged, yes))) return [];
    this.#previewed = judged.result;
    this.#confirmed = judged.confirmed;
    const made = new Set(judged.result.changes.filter(({ action }) => action === "delete").map(nameOf));
    const isStranger = ({ object: { verdict, resourceName } }: HealDecision): boolean =>
      verdict === "orphan" && !made.has(resourceName);
    for (const { object } of rest.filter(isStranger)) this.#strangers.add(object.resourceName);
    return rest.filter((decision) => !isStranger(decision));
  }

  /** Without what is on clusters that the last update left out: there the plan would be something new. */
  #applied(chosen: readonly HealDecision[]): readonly HealDecision[] {
    const leftOut = new Set(this.#options.leftOut);
    const [finding] = otherPlan(this.#computed.plan.environment).findings;
    const older = chosen.filter(({ object }) => leftOut.has(object.cluster));
    for (const { object } of older) this.#failed.set(object.resourceName, finding);
    return chosen.filter((decision) => !older.includes(decision));
  }

  /** Asks the packs about the run. What a violation is about somebody's alone, such as a freeze of one application, is left out. */
  async #allowed(chosen: readonly HealDecision[], previewed: RunPreview): Promise<readonly HealDecision[]> {
    const violations = await judgeRun(this.#policy, "heal", previewed, this.#session.io.now());
    const mandatory = violations.filter(({ level }) => level === "mandatory");
    throwErrors(violationFindings(mandatory.filter(({ owner }) => !isOwnerOf(chosen, owner))));
    const [first] = violationFindings(mandatory);
    if (first === undefined) return chosen;
    const refused = new Map(mandatory.map((each) => [each.owner, violationFindings([each])[0] ?? first]));
    for (const { object } of chosen) {
      const finding = refused.get(object.owner);
      if (finding !== undefined) this.#failed.set(object.resourceName, finding);
    }
    return chosen.filter(({ object }) => !refused.has(object.owner));
  }

  async #preview(
    chosen: readonly HealDecision[],
  ): Promise<{ readonly rest: readonly HealDecision[]; readonly previewed: PreviewResult }> {
    this.#session.progress.step(`previewing what is to be healed of ${this.#computed.plan.environment}`);
    let rest: readonly HealDecision[] = chosen;
    for (;;) {
      try {
        const options = { ...this.#options, ...namesOf(rest), onProgress: previewProgress(this.#session) };
        const previewed = await withPlannedPlaces(this.#computed.plan, () => this.#engine.previewHeal(options));
        return { rest, previewed };
      } catch (error) {
        const left = this.#without(rest, error);
        if (left.length === 0) throw error;
        rest = left;
      }
    }
  }

  /** Those of which nothing has failed; the error itself where that is not known, or policy speaks against the run. */
  #without(chosen: readonly HealDecision[], error: unknown): readonly HealDecision[] {
    if (!(error instanceof RunFailed)) throw error;
    if (error.failures.some(({ finding }) => finding.code.startsWith("POLICY_"))) throw error;
    const owners = new Map(error.failures.map(({ owner, finding }) => [owner, finding]));
    const left = chosen.filter(({ object }) => !owners.has(object.owner));
    if (left.length === chosen.length) throw error;
    for (const { object } of chosen) {
      const finding = owners.get(object.owner);
      if (finding !== undefined) this.#failed.set(object.resourceName, finding);
    }
    return left;
  }

  /**
   * Heals. First it takes back what no update does, then it has the engine put back the rest, waits until all of it is
   * healthy, and keeps what it looks like then.
   */
  async heal(chosen: readonly HealDecision[]): Promise<void> {
    const keeper = await this.#keeper(chosen);
    const failed = await this.#takeBack(chosen);
    this.#patchedAt = performance.now();
    let rest: readonly HealDecision[] = chosen.filter(({ object }) => !failed.has(object.resourceName));
    for (const [name, finding] of failed) this.#failed.set(name, finding);
    while (rest.length > 0) {
      try {
        await this.#apply(rest);
        break;
      } catch (error) {
        rest = this.#without(rest, error);
      }
    }
    this.#appliedAt = performance.now();
    await this.#wait(rest);
    const up = rest.filter(({ object }) => !this.#failed.has(object.resourceName));
    await keeper.after({ changes: up.map(toChange), finished: new Set(up.map(({ object }) => object.owner)) });
    await noteFailures(this.#session, this.#engine, [...this.#failed.values()]);
  }

  /**
   * When an object was put back, as `performance.now()`: what needs no apply is before the engine has begun. Nobody has
   * waited for its health then.
   */
  appliedAt({ verdict, differences }: ObjectDrift): number | undefined {
    const isPatched = (verdict === "drifted" || verdict === "fought-over") && differences.every(isForeign);
    return isPatched ? this.#patchedAt : this.#appliedAt;
  }

  /** What was not healed. */
  get unhealed(): Unhealed {
    return { failed: this.#failed, strangers: this.#strangers };
  }

  async #keeper(chosen: readonly HealDecision[]): Promise<BaselineKeeper> {
    const { spec } = this.#computed.environment;
    const keeper = new BaselineKeeper({ spec, engine: this.#engine, context: this.#context });
    await keeper.before(chosen.map(toChange));
    return keeper;
  }

  #takeBack(chosen: readonly HealDecision[]): Promise<ReadonlyMap<string, Finding>> {
    const { spec } = this.#computed.environment;
    const deployers = new Map(
      this.#computed.plan.applications.map(({ name, deployer }) => [`application/${name}`, deployer]),
    );
    const { targets } = namesOf(chosen);
    const { baseline = emptyBaseline, resources } = this.#measured;
    return takeBackFields(
      resources.filter(({ resourceName }) => targets.has(resourceName)),
      {
        ...{ clusters: spec.clusters, context: this.#context, baseline },
        rules: (owner) => rulesOf(spec, owner),
        deployer: (owner) => deployers.get(owner),
        secretKey: () => this.#engine.baselineKey(),
      },
    );
  }

  async #apply(chosen: readonly HealDecision[]): Promise<void> {
    const { plan } = this.#computed;
    this.#session.progress.step(
      `healing ${chosen.length === 1 ? "1 object" : `${chosen.length} objects`} of ${plan.environment}`,
    );
    const counts = this.#previewed?.counts;
    const { spec } = this.#computed.environment;
    const packs = Object.fromEntries(this.#policy.packs.map(({ name, version }) => [name, version]));
    const result = { changes: chosen.map(toChange), violations: [], packs };
    const note = await updateDraft(this.#session, { kind: "heal", spec, plan, result, waited: true });
    await withPlannedPlaces(plan, () =>
      this.#engine.heal({
        ...this.#options,
        ...namesOf(chosen),
        note,
        confirmed: this.#confirmed,
        ...(counts === undefined ? {} : { onProgress: updateProgress(this.#session, counts) }),
      }),
    );
  }

  async #wait(chosen: readonly HealDecision[]): Promise<void> {
    const options = { onWait: waitProgress(this.#session) };
    const { plan } = this.#computed;
    const failures = await waitForHealed(
      { plan, options, context: this.#context },
      { changes: chosen.map(toChange), waits: [] },
    );
    for (const { owner, finding } of failures) {
      for (const { object } of chosen) if (object.owner === owner) this.#failed.set(object.resourceName, finding);
    }
  }

  get #context() {
    return clusterContext(this.#session, this.#computed.plan.environment);
  }
}

/**
 * True where only a preview knows what healing takes: what is made anew may have to be replaced, and what is unknown may not be
 * ours. Whatever else may be replaced has to allow it; the program refuses any other deletion.
 */
function needsPreview(chosen: readonly HealDecision[], { replaceable }: Pick<HealOptions, "replaceable">): boolean {
  return chosen.some(
    ({ object: { verdict, resourceName } }) =>
      verdict === "orphan" || verdict === "recreated" || replaceable?.has(resourceName) === true,
  );
}

/** What a preview would find: updates and creations. */
function foreseen(chosen: readonly HealDecision[], objects: number): PreviewResult {
  const changes = chosen.map(toChange);
  const create = changes.filter(({ action }) => action === "create").length;
  const update = changes.length - create;
  const counts = { ...noCounts(), create, update, same: objects - changes.length };
  return { changes, counts, hooks: [], waits: [], removals: [], violations: [], diagnostics: [], packs: {} };
}

function isOwnerOf(chosen: readonly HealDecision[], owner: string): boolean {
  return chosen.some(({ object }) => object.owner === owner);
}

function namesOf(chosen: readonly HealDecision[]): Pick<HealOptions, "targets" | "orphans"> {
  const of = (orphan: boolean): ReadonlySet<string> =>
    new Set(
      chosen.filter(({ object }) => (object.verdict === "orphan") === orphan).map(({ object }) => object.resourceName),
    );
  return { targets: of(false), orphans: of(true) };
}

/** An object as the row of a table that an update would have for it. */
function toChange({ object }: HealDecision): ObjectChange {
  const { verdict, owner, cluster, kind, namespace, name } = object;
  const action = verdict === "orphan" ? "delete" : verdict === "deleted" ? "create" : "update";
  return { action, owner, cluster, kind, ...(namespace === undefined ? {} : { namespace }), name, fields: [] };
}

function nameOf({ cluster, namespace, kind, name }: ObjectChange): string {
  return `${cluster}/${namespace ?? "_"}/${kind}/${name}`;
}

function otherPlan(environment: string): DriftlessError {
  return failure(
    "PLAN_STALE",
    `What "${environment}" is pinned to is not what was applied last, and healing brings in nothing new.`,
    `Run driftless up ${environment} --refresh, which applies it and puts back what has drifted.`,
  );
}
