import { loadEnvironment } from "../../core/environment/load.ts";
import type { ComputedPlan } from "../../core/plan/compute.ts";
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

/** Starts the packs of an environment and ends them when the work is done. */
export async function withPacks<Result>(
  { project, io }: Session,
  environment: string,
  work: (opening: Promise<Policy>) => Promise<Result>,
): Promise<Result> {
  const loaded = await loadEnvironment(project, environment);
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
