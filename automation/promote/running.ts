import type { LoadedEnvironment } from "../../core/environment/load.ts";
import { failure } from "../../core/errors/error.ts";
import { quote } from "../../core/errors/quote.ts";
import { imagesOf } from "../../core/history/images.ts";
import { runningUpdate, type RunningUpdate } from "../../core/promotion/gates.ts";
import type { RunningImages } from "../../core/promotion/wanted.ts";
import { isDrift } from "../../core/drift/report.ts";
import { engineOf } from "../engine-work.ts";
import { readHistory } from "../history/read.ts";
import type { Session } from "../session.ts";
import { liveOwners } from "../status/owners.ts";
import { stateObjects } from "../status/state-objects.ts";
import { computeEnvironment } from "../work.ts";

/** What an environment runs. */
export interface Running extends RunningUpdate {
  readonly images: RunningImages;
}

/**
 * What an environment really runs, by the record of its last update; whatever its document says by now.
 * @throws PROMOTION_REFUSED, and what reading the history throws.
 */
export async function readRunning(session: Session, { spec }: LoadedEnvironment): Promise<Running> {
  const update = runningUpdate(spec.name, await readHistory(session, spec));
  const noted = update.record.images;
  if (noted !== undefined) return { ...update, images: noted };
  // Too many to be noted: Git still has them.
  const { plan } = await computeEnvironment(session, spec.name, update.record.to);
  if (plan.digest !== update.record.digest) {
    throw failure(
      "PROMOTION_REFUSED",
      `Nobody knows which images ${quote(spec.name)} runs: its document has changed since its last update.`,
      `Run driftless up ${spec.name}; then promote.`,
    );
  }
  return { ...update, images: Object.fromEntries(plan.applications.map((each) => [each.name, imagesOf(each)])) };
}

/**
 * Looks whether applications are healthy on their clusters now.
 * @returns how many of their objects are.
 * @throws PROMOTION_REFUSED with those that are not.
 */
export async function requireHealthy(
  session: Session,
  { spec }: LoadedEnvironment,
  selected: ReadonlySet<string>,
): Promise<number> {
  const engine = await engineOf(session, spec);
  const state = await engine.exportState();
  const isOurs = (owner: string): boolean => selected.has(owner.replace(/^application\//, ""));
  const objects = (state === undefined ? [] : stateObjects(state)).filter(({ owner }) => isOurs(owner));
  const owners = await liveOwners(session, spec, objects);
  const bad = owners.filter(({ health }) => health !== "healthy" && health !== "suspended");
  if (bad.length === 0) return objects.length;
  const text = bad.map(({ owner, health }) => `${owner.replace(/^application\//, "")} is ${health}`).join(", ");
  throw failure(
    "PROMOTION_REFUSED",
    `What runs in ${quote(spec.name)} is not healthy: ${text}.`,
    `driftless status ${spec.name} says why; promote when it is.`,
  );
}

/** Looks whether applications have drifted. @throws PROMOTION_REFUSED with those that have. */
export async function requireInSync(
  session: Session,
  loaded: LoadedEnvironment,
  selected: ReadonlySet<string>,
): Promise<void> {
  const { environmentDrift } = await import("../drift/environment.ts");
  const { report } = await environmentDrift(session, loaded);
  const drifted = report.objects.filter(
    ({ owner, verdict }) => isDrift(verdict) && selected.has(owner.replace(/^application\//, "")),
  );
  const { name } = loaded.spec;
  if (report.errors.length > 0) {
    const message = `Whether ${quote(name)} has drifted could not be found out for all of it.`;
    throw failure("PROMOTION_REFUSED", message, `driftless drift ${name} says what could not be looked at.`);
  }
  if (drifted.length === 0) return;
  throw failure(
    "PROMOTION_REFUSED",
    `${drifted.length === 1 ? "An object" : `${drifted.length} objects`} of what runs in ${quote(name)} ${drifted.length === 1 ? "has" : "have"} drifted.`,
    `driftless drift ${name} shows it; heal or accept it, and promote then.`,
  );
}
