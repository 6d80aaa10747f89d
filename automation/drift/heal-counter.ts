import { decideHealing, recentHeals, type HealDecision, type HealSettings } from "../../core/drift/heal.ts";
import type { DriftReport } from "../../core/drift/report.ts";
import { durationSeconds } from "../../core/environment/duration.ts";
import type { EnvironmentSpec } from "../../core/environment/spec.ts";
import { applicationOf } from "../../core/plan/identity.ts";
import type { Session } from "../session.ts";
import { DriftMemoryFile } from "./memory.ts";

/** No limit counts what was longer ago: a duration in a document is a day at most. */
const longestLimitSeconds = 24 * 3600;

/** Decides what is healed, by the document and by how often it was healed before; and counts. */
export class HealCounter {
  readonly #session: Session;
  readonly #spec: EnvironmentSpec;
  readonly #memory: DriftMemoryFile;

  constructor(session: Session, spec: EnvironmentSpec) {
    this.#session = session;
    this.#spec = spec;
    this.#memory = new DriftMemoryFile(session, spec.name);
  }

  /** What is to be done about everything that has drifted. `asked`: a person asks for it. */
  async decide(report: DriftReport, asked: boolean): Promise<readonly HealDecision[]> {
    const { heals } = await this.#memory.read();
    return decideHealing({ report, asked, settings: (owner) => this.#settings(owner), heals, now: this.#now() });
  }

  /** Counts objects as healed. To be called before they are: a run that is killed has healed something too. */
  async count(chosen: readonly HealDecision[]): Promise<void> {
    const now = this.#now();
    await this.#memory.update((known) => {
      const recent = [...known.heals].map(
        ([name, times]) => [name, recentHeals(times, longestLimitSeconds, now)] as const,
      );
      const heals = new Map(recent.filter(([, times]) => times.length > 0));
      for (const { object } of chosen) {
        const { seconds } = this.#settings(object.owner).limit;
        const times = recentHeals(heals.get(object.resourceName) ?? [], seconds, now);
        heals.set(object.resourceName, [...times, now]);
      }
      return { ...known, heals };
    });
  }

  #settings(owner: string): HealSettings {
    const { drift, applications } = this.#spec;
    const name = applicationOf(owner);
    const { heal, healLimit } = (name === undefined ? undefined : applications[name]?.drift) ?? drift;
    return { heal, limit: { times: healLimit.times, seconds: durationSeconds(healLimit.per) } };
  }

  #now(): string {
    return this.#session.io.now().toISOString();
  }
}
