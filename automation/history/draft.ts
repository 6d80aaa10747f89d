import type { ApprovalVerdict } from "../../core/approvals/judge.ts";
import { projectCommit } from "../../core/git/project-commit.ts";
import { personText, readSigner } from "../../core/git/write-identity.ts";
import { DriftlessError } from "../../core/errors/error.ts";
import type { EnvironmentSpec } from "../../core/environment/spec.ts";
import { actorOf } from "../../core/history/actor.ts";
import { imagesOf } from "../../core/history/images.ts";
import type { Actor, NotedChanges, UpdateDraft } from "../../core/history/note.ts";
import type { ObjectChange } from "../../core/plan/change.ts";
import { nameOfIdentity } from "../../core/plan/identity.ts";
import type { EnvironmentPlan } from "../../core/plan/plan.ts";
import { hasEnded } from "../../core/policy/exceptions.ts";
import type { PreviewResult } from "../engine/types.ts";
import type { Session } from "../session.ts";

/** What a run is about to do, and why. */
export interface DraftInput {
  readonly kind: UpdateDraft["kind"];
  readonly spec: Pick<EnvironmentSpec, "policy">;
  /** Absent for a destruction. */
  readonly plan?: EnvironmentPlan | undefined;
  readonly result: Pick<PreviewResult, "changes" | "violations" | "packs">;
  readonly waited: boolean;
  readonly approval?: ApprovalVerdict | undefined;
  readonly reason?: string | undefined;
  readonly exception?: string | undefined;
}

/** What the history is to say of a run. */
export async function updateDraft(session: Session, input: DraftInput): Promise<UpdateDraft> {
  const { kind, spec, plan, result, waited, approval, reason } = input;
  const exception = input.exception ?? brokenGlass(approval);
  const { io, project } = session;
  const [by, control] = await Promise.all([
    currentActor(session),
    projectCommit(project, { env: io.env, signal: io.signal }),
  ]);
  const today = io.now().toISOString().slice(0, 10);
  const exceptions = spec.policy.exceptions
    .filter((each) => !hasEnded(each, today))
    .map(({ rule, object, expires }) => `${rule} ${object} until ${expires}`);
  return {
    kind,
    by,
    waited,
    ...(plan === undefined ? {} : { to: plan.revision, digest: plan.digest, images: imagesByApplication(plan) }),
    changes: noteChanges(result.changes),
    policy: { packs: result.packs, advisory: result.violations.length, exceptions },
    ...(control === undefined ? {} : { control: `${control.revision}${control.dirty ? "+" : ""}` }),
    ...(approval === undefined ? {} : { approvals: [...approval.approvedBy] }),
    ...(reason === undefined ? {} : { reason }),
    ...(exception === undefined ? {} : { exception }),
  };
}

/** That an update went without the approvals that it needs. */
function brokenGlass(approval: ApprovalVerdict | undefined): string | undefined {
  if (approval === undefined || approval.missing === 0 || approval.breakGlass === undefined) return undefined;
  const { by, reason } = approval.breakGlass;
  return `without ${approval.missing} of ${approval.required} approvals, by ${by}: ${reason}`;
}

/** Who runs this command. */
export async function currentActor({ io, project }: Session): Promise<Actor> {
  try {
    const { committer } = await readSigner(undefined, { env: io.env, project, signal: io.signal });
    return actorOf(io.env, personText(committer));
  } catch (error) {
    if (error instanceof DriftlessError) return actorOf(io.env, undefined);
    throw error;
  }
}

function noteChanges(changes: readonly ObjectChange[]): NotedChanges {
  const counts: Record<string, number> = {};
  for (const { action } of changes) counts[action] = (counts[action] ?? 0) + 1;
  const objects = changes.map((change): [string, string, string] => [
    change.action,
    change.owner,
    nameOfIdentity(change),
  ]);
  return { counts, objects };
}

function imagesByApplication({ applications }: EnvironmentPlan): Readonly<Record<string, string[]>> {
  const all = applications.map((each): [string, string[]] => [each.name, [...imagesOf(each)]]);
  return Object.fromEntries(all.filter(([, images]) => images.length > 0));
}
