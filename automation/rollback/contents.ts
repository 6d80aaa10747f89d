import { DriftlessError } from "../../core/errors/error.ts";
import type { EnvironmentPlan } from "../../core/plan/plan.ts";
import type { Session } from "../session.ts";
import { computeEnvironment } from "../work.ts";

/** Digests of applications, by name. */
export type Contents = Readonly<Record<string, string>>;

/** What a bad plan makes of the applications that a good one makes something else of. */
export function badContents(bad: EnvironmentPlan, good: EnvironmentPlan): Contents {
  const before = new Map(good.applications.map(({ name, digest }) => [name, digest]));
  const changed = bad.applications.filter(({ name, digest }) => before.get(name) !== digest);
  return Object.fromEntries(changed.map(({ name, digest }) => [name, digest]));
}

/** The plan of a commit; undefined if it cannot be planned any more, which is no reason not to leave it. */
export async function planIfPossible(
  session: Session,
  environment: string,
  revision: string,
): Promise<EnvironmentPlan | undefined> {
  try {
    return (await computeEnvironment(session, environment, revision)).plan;
  } catch (error) {
    session.io.signal.throwIfAborted();
    if (error instanceof DriftlessError) return undefined;
    throw error;
  }
}
