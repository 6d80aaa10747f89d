import { loadEnvironment, type LoadedEnvironment } from "../../core/environment/load.ts";
import { DriftlessError } from "../../core/errors/error.ts";
import type { ComputedPlan } from "../../core/plan/compute.ts";
import { withFolders } from "../folder-sets.ts";
import type { Session } from "../session.ts";
import { planEnvironment } from "../work.ts";
import { openPolicy, type Policy } from "./policy.ts";

/** Plans an environment while its packs start, and ends them when the work is done. */
export async function withPolicy<Result>(
  session: Session,
  environment: string,
  work: (policy: Policy, computed: ComputedPlan) => Promise<Result>,
): Promise<Result> {
  return withPacks(session, environment, async (opening) => {
    const [computed, policy] = await Promise.all([planEnvironment(session, environment), opening]);
    return work(policy, computed);
  });
}

/** Packs know every application, also those made of folders. A source that cannot be read is told by whoever plans. */
async function complete(session: Session, loaded: LoadedEnvironment): Promise<LoadedEnvironment> {
  try {
    return await withFolders(session, loaded);
  } catch (error) {
    session.io.signal.throwIfAborted();
    if (error instanceof DriftlessError) return loaded;
    throw error;
  }
}

/** Starts the packs of an environment and ends them when the work is done. */
export async function withPacks<Result>(
  session: Session,
  environment: string,
  work: (opening: Promise<Policy>) => Promise<Result>,
): Promise<Result> {
  const { project, io } = session;
  const loaded = await complete(session, await loadEnvironment(project, environment));
  const opening = openPolicy(loaded, { project, cache: io.cache, env: io.env, signal: io.signal });
  // What fails first is what is said; whatever the packs say then is of no use.
  opening.catch(() => undefined);
  try {
    return await work(opening);
  } finally {
    await opening.then(
      (policy) => policy.close(),
      () => undefined,
    );
  }
}
