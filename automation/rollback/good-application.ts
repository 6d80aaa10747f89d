import { blockedInPlan } from "../../core/blocked/judge.ts";
import type { PlacedEntry } from "../../core/blocked/list.ts";
import { DriftlessError, failure } from "../../core/errors/error.ts";
import type { UpdateRecord } from "../../core/history/record.ts";
import type { ComputedPlan } from "../../core/plan/compute.ts";
import type { Session } from "../session.ts";
import { computeEnvironment } from "../work.ts";
import { applicationOf } from "./revert-application.ts";

/** Commits that are planned to find the last good version of one application. */
const mostCommits = 20;

/**
 * The newest good commit that makes something else of an application than the bad one does.
 * @throws ROLLBACK_IMPOSSIBLE if there is none among the last few
 */
export async function lastGoodOf(
  session: Session,
  application: string,
  bad: ComputedPlan,
  { records, blocked }: { readonly records: readonly UpdateRecord[]; readonly blocked: readonly PlacedEntry[] },
): Promise<ComputedPlan> {
  const { environment, revision: present } = bad.plan;
  const good = records.filter(({ healthy, kind }) => healthy && kind !== "destroy").flatMap(({ to }) => to ?? []);
  const commits = [...new Set(good)].filter((each) => each !== present).slice(0, mostCommits);
  const now = applicationOf(bad.plan, application).digest;
  for (const commit of commits) {
    const computed = await planOf(session, environment, commit);
    const found = computed?.plan.applications.find(({ name }) => name === application);
    if (computed === undefined || found === undefined || found.digest === now) continue;
    const only = { ...computed.plan, applications: [found] };
    if (blockedInPlan(blocked, only).length === 0) return computed;
  }
  throw failure(
    "ROLLBACK_IMPOSSIBLE",
    `None of the last ${commits.length} good commits of ${environment} made something else of ${application} that is not blocked.`,
    "Name a commit with --to, or mend what is wrong and pin that.",
  );
}

/** Undefined if it cannot be planned any more. */
async function planOf(session: Session, environment: string, commit: string): Promise<ComputedPlan | undefined> {
  try {
    return await computeEnvironment(session, environment, commit);
  } catch (error) {
    session.io.signal.throwIfAborted();
    if (error instanceof DriftlessError) return undefined;
    throw error;
  }
}
