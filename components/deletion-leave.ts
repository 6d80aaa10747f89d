import { DriftlessError } from "../core/errors/error.ts";
import { errorFinding } from "../core/errors/finding.ts";
import type { KubernetesObject } from "../core/manifest/manifest.ts";
import { parseResourceName } from "../core/plan/identity.ts";
import type { EnvironmentPlan } from "../core/plan/plan.ts";
import { annotatedSettings, pruneOf } from "../core/plan/settings.ts";
import { immutableFix } from "../core/safety/fixes.ts";
import { isNamed, referenceOf } from "../core/safety/removal.ts";
import { objectTitle } from "../core/plan/titles.ts";

/** What may be deleted, whoever runs the program: the command line has judged the whole of it before. */
export class DeletionLeave {
  readonly #replaceable: ReadonlyMap<string, boolean>;
  readonly #confirmed: readonly string[];

  /** True where everything is to stay on its cluster when it is destroyed. */
  readonly orphan: boolean;

  /** @param confirmed Kinds and objects whose deletion somebody has confirmed. */
  constructor({ tenants, applications }: EnvironmentPlan, confirmed: readonly string[], orphan = false) {
    this.orphan = orphan;
    const objects = [...tenants, ...applications].flatMap((owner) => owner.objects);
    this.#replaceable = new Map(objects.map(({ resourceName, settings }) => [resourceName, settings.replace]));
    this.#confirmed = confirmed;
  }

  /**
   * Refuses a replacement for which nobody has asked, and what is deleted only when somebody has confirmed it.
   * @throws {DriftlessError} IMMUTABLE_FIELD, DELETION_UNCONFIRMED
   */
  check(resourceName: string, object: KubernetesObject | undefined): void {
    const title = objectTitle(resourceName);
    if (this.#replaceable.get(resourceName) === false) {
      const message = `${title}: a field would change that cannot be changed in place.`;
      throw new DriftlessError([errorFinding("IMMUTABLE_FIELD", message, immutableFix)]);
    }
    const identity = parseResourceName(resourceName);
    if (identity === undefined) return;
    const asked = object === undefined ? undefined : annotatedSettings(object).prune;
    // A replacement is no pruning: what the object asks for when it leaves Git says nothing about it.
    const prune = this.#replaceable.has(resourceName) ? pruneOf(identity.kind) : (asked ?? pruneOf(identity.kind));
    const confirmed = this.#confirmed.includes(identity.kind) || isNamed(identity, this.#confirmed);
    if (prune !== "confirm" || confirmed) return;
    const fix = `If that is meant, set DRIFTLESS_CONFIRM=${referenceOf(identity)}; driftless up takes it as --confirm.`;
    throw new DriftlessError([
      errorFinding("DELETION_UNCONFIRMED", `${title} would be deleted, which nobody has confirmed.`, fix),
    ]);
  }
}
