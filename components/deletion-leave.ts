import { DriftlessError } from "../core/errors/error.ts";
import { errorFinding } from "../core/errors/finding.ts";
import type { KubernetesObject } from "../core/manifest/manifest.ts";
import type { CloudResource } from "../core/plan/cloud.ts";
import { parseResourceName, type ObjectIdentity } from "../core/plan/identity.ts";
import type { EnvironmentPlan } from "../core/plan/plan.ts";
import { annotatedSettings, pruneOf } from "../core/plan/settings.ts";
import { asksBefore, isMade, namesGroup } from "../core/safety/cluster-parts.ts";
import { immutableFix } from "../core/safety/fixes.ts";
import { isNamed, referenceOf } from "../core/safety/removal.ts";
import { identityTitle, objectTitle } from "../core/plan/titles.ts";

/** What may be deleted, whoever runs the program: the command line has judged the whole of it before. */
export class DeletionLeave {
  readonly #replaceable: ReadonlyMap<string, boolean>;
  readonly #confirmed: readonly string[];
  readonly #clusters: EnvironmentPlan["clusters"];

  /** True where everything is to stay on its cluster when it is destroyed. */
  readonly orphan: boolean;

  /** @param confirmed Kinds, objects and `cluster/<name>` whose deletion somebody has confirmed. */
  constructor({ clusters, tenants, applications }: EnvironmentPlan, confirmed: readonly string[], orphan = false) {
    this.orphan = orphan;
    const objects = [...tenants, ...applications].flatMap((owner) => owner.objects);
    this.#replaceable = new Map(objects.map(({ resourceName, settings }) => [resourceName, settings.replace]));
    this.#confirmed = confirmed;
    this.#clusters = clusters;
  }

  /**
   * Refuses a replacement for which nobody has asked, and what is deleted only when somebody has confirmed it.
   * @throws {DriftlessError} IMMUTABLE_FIELD, DELETION_UNCONFIRMED
   */
  check(resourceName: string, object: KubernetesObject | undefined): void {
    if (this.#replaceable.get(resourceName) === false) {
      const message = `${objectTitle(resourceName)}: a field would change that cannot be changed in place.`;
      throw new DriftlessError([errorFinding("IMMUTABLE_FIELD", message, immutableFix)]);
    }
    const identity = parseResourceName(resourceName);
    if (identity === undefined) return;
    const asked = object === undefined ? undefined : annotatedSettings(object).prune;
    // A replacement is no pruning: what the object asks for when it leaves Git says nothing about it.
    const prune = this.#replaceable.has(resourceName) ? pruneOf(identity.kind) : (asked ?? pruneOf(identity.kind));
    if (prune === "confirm") this.#requireConfirmed(identity);
  }

  /**
   * Refuses the deletion of a part of a cluster at AWS that takes something with it, unless somebody has confirmed it.
   * @throws {DriftlessError} DELETION_UNCONFIRMED
   */
  checkPart(part: CloudResource): void {
    const cluster = this.#clusters.find(({ name }) => name === part.cluster)?.spec;
    const reference = `cluster/${part.cluster}`;
    if (isMade(cluster)) {
      const action = namesGroup(cluster, part) ? "replace" : "delete";
      if (asksBefore({ kind: part.kind, action })) this.#requireConfirmed(part);
    } else if (!this.#confirmed.includes(reference)) this.#requireConfirmed(part, reference);
  }

  #requireConfirmed(identity: ObjectIdentity, reference = referenceOf(identity)): void {
    if (this.#confirmed.includes(identity.kind) || isNamed(identity, this.#confirmed)) return;
    const fix = `If that is meant, set DRIFTLESS_CONFIRM=${reference}; driftless up takes it as --confirm.`;
    throw new DriftlessError([
      errorFinding(
        "DELETION_UNCONFIRMED",
        `${identityTitle(identity)} would be deleted, which nobody has confirmed.`,
        fix,
      ),
    ]);
  }
}
