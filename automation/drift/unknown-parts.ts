import type { DriftError } from "../../core/drift/report.ts";
import type { WatchedProblem } from "./watch-types.ts";

/** Of what of an environment nothing is known at the moment, by what a watch says. */
export class UnknownParts {
  readonly #errors = new Map<string, DriftError>();

  /** Takes in that something is not known from now on, or is known again. */
  note(problem: WatchedProblem): void {
    const { step, cluster, kind, finding } = problem;
    const key = JSON.stringify([cluster, kind, finding.code, finding.message]);
    if (step === "back") this.#errors.delete(key);
    else this.#errors.set(key, toError(problem));
  }

  /** As a report on drift has them. */
  get errors(): readonly DriftError[] {
    return [...this.#errors.values()];
  }
}

/** Whose objects are not known, where the finding says so; else the whole of the cluster or of the environment. */
function toError({ cluster, finding }: WatchedProblem): DriftError {
  const [, section, name] = /^(applications|tenants)\.(.+)$/.exec(finding.place?.field ?? "") ?? [];
  const owner = section === undefined || name === undefined ? {} : { owner: `${section.slice(0, -1)}/${name}` };
  return { finding, ...(cluster === undefined ? {} : { cluster }), ...owner, objects: [] };
}
