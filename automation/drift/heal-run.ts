import { emptyBaseline } from "../../core/drift/baseline.ts";
import type { HealDecision } from "../../core/drift/heal.ts";
import type { ObjectDrift } from "../../core/drift/report.ts";
import { isForeign } from "../../core/drift/undo.ts";
import type { Finding } from "../../core/errors/finding.ts";
import { clusterContext } from "../cluster-access.ts";
import { waitForHealed } from "../delivery/update.ts";
import { updateProgress, waitProgress } from "../engine-work.ts";
import { updateDraft } from "../history/draft.ts";
import { noteFailures } from "../history/note-failure.ts";
import { withPlannedPlaces } from "../planned-places.ts";
import type { Session } from "../session.ts";
import { rulesOf } from "./environment.ts";
import type { HealAsk } from "./heal.ts";
import { namesOf, toChange } from "./heal-changes.ts";
import { takeBackFields } from "./heal-fields.ts";
import type { HealParts } from "./heal-parts.ts";
import { prepareHeal, type HealWork, type Looked, type PreparedHeal } from "./heal-prepare.ts";
import { BaselineKeeper } from "./keep.ts";
import { UnhealedNotes, type Unhealed } from "./unhealed.ts";

/** One healing of an environment, step by step. Everything that an update goes through, it goes through too. */
export class HealRun {
  readonly #work: HealWork;
  #prepared: PreparedHeal = { chosen: [], confirmed: [] };
  #patchedAt: number | undefined;
  #appliedAt: number | undefined;

  constructor(session: Session, measured: Looked, parts: HealParts) {
    this.#work = { session, measured, parts, unhealed: new UnhealedNotes() };
  }

  /** What may be healed of this: see `prepareHeal`, also for what it throws. */
  async prepare(asked: readonly HealDecision[], ask: Pick<HealAsk, "flags" | "yes">): Promise<readonly HealDecision[]> {
    this.#prepared = await prepareHeal(this.#work, asked, ask);
    return this.#prepared.chosen;
  }

  /**
   * Heals what was prepared. First it takes back what no update does, then it has the engine put back the rest, waits until
   * all of it is healthy, and keeps what it looks like then.
   */
  async heal(): Promise<void> {
    const { session, parts, unhealed } = this.#work;
    const { chosen } = this.#prepared;
    const keeper = await this.#keeper(chosen);
    for (const [name, finding] of await this.#takeBack(chosen)) unhealed.fail(name, finding);
    this.#patchedAt = performance.now();
    const applied = await this.#applyAll(this.#healed(chosen));
    this.#appliedAt = performance.now();
    await this.#wait(applied);
    const up = this.#healed(applied);
    await keeper.after({ changes: up.map(toChange), finished: new Set(up.map(({ object }) => object.owner)) });
    await noteFailures(session, parts.engine, [...unhealed.failed.values()]);
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
    return this.#work.unhealed;
  }

  #healed(chosen: readonly HealDecision[]): readonly HealDecision[] {
    return chosen.filter(({ object }) => !this.unhealed.failed.has(object.resourceName));
  }

  async #keeper(chosen: readonly HealDecision[]): Promise<BaselineKeeper> {
    const { computed, engine } = this.#work.parts;
    const keeper = new BaselineKeeper({ spec: computed.environment.spec, engine, context: this.#context });
    await keeper.before(chosen.map(toChange));
    return keeper;
  }

  #takeBack(chosen: readonly HealDecision[]): Promise<ReadonlyMap<string, Finding>> {
    const { measured, parts } = this.#work;
    const { environment, plan } = parts.computed;
    const { spec } = environment;
    const deployers = new Map(plan.applications.map(({ name, deployer }) => [`application/${name}`, deployer]));
    const { targets } = namesOf(chosen);
    const { baseline = emptyBaseline, resources } = measured;
    return takeBackFields(
      resources.filter(({ resourceName }) => targets.has(resourceName)),
      {
        ...{ clusters: spec.clusters, context: this.#context, baseline },
        rules: (owner) => rulesOf(spec, owner),
        deployer: (owner) => deployers.get(owner),
        secretKey: () => parts.engine.baselineKey(),
      },
    );
  }

  /** Applies until nothing fails; returns what it did not fail on. */
  async #applyAll(chosen: readonly HealDecision[]): Promise<readonly HealDecision[]> {
    let rest = chosen;
    while (rest.length > 0) {
      try {
        await this.#apply(rest);
        break;
      } catch (error) {
        rest = this.#work.unhealed.withoutFailed(rest, error);
      }
    }
    return rest;
  }

  async #apply(chosen: readonly HealDecision[]): Promise<void> {
    const { session, parts } = this.#work;
    const { computed, policy, engine, options } = parts;
    const { plan, environment } = computed;
    const objects = chosen.length === 1 ? "1 object" : `${chosen.length} objects`;
    session.progress.step(`healing ${objects} of ${plan.environment}`);
    const { counts, confirmed } = this.#prepared;
    const packs = Object.fromEntries(policy.packs.map(({ name, version }) => [name, version]));
    const result = { changes: chosen.map(toChange), violations: [], packs };
    const note = await updateDraft(session, { kind: "heal", spec: environment.spec, plan, result, waited: true });
    const progress = counts === undefined ? {} : { onProgress: updateProgress(session, counts) };
    await withPlannedPlaces(plan, () => engine.heal({ ...options, ...namesOf(chosen), note, confirmed, ...progress }));
  }

  async #wait(chosen: readonly HealDecision[]): Promise<void> {
    const { session, parts, unhealed } = this.#work;
    const options = { onWait: waitProgress(session) };
    const { plan } = parts.computed;
    const waiting = { plan, options, context: this.#context };
    const failures = await waitForHealed(waiting, { changes: chosen.map(toChange), waits: [] });
    unhealed.withoutOwners(chosen, new Map(failures.map(({ owner, finding }) => [owner, finding])));
  }

  get #context() {
    const { session, parts } = this.#work;
    return clusterContext(session, parts.computed.plan.environment);
  }
}
