import { DriftlessError } from "../../core/errors/error.ts";
import type { UpdateRecord } from "../../core/history/record.ts";
import type { Action, ObjectChange } from "../../core/plan/change.ts";
import { diffPlans } from "../../core/plan/diff.ts";
import { nameOfIdentity, parseResourceName } from "../../core/plan/identity.ts";
import type { Session } from "../session.ts";
import { computeEnvironment } from "../work.ts";
import { actions } from "../output/change-set.ts";

/** What an update changed. */
export interface UpdateChange {
  readonly changes: readonly ObjectChange[];
  /** True if planning its commit again gave exactly the plan that was applied; null if there was nothing to plan. */
  readonly exact: boolean | null;
  /** What the reader has to know of the fields. */
  readonly note?: string;
}

/**
 * The objects that an update noted, with the fields in which its two commits differ. Git still has both, so nothing of them is
 * kept elsewhere; if one of them cannot be planned any more, objects stand without fields.
 */
export async function changeOf(session: Session, env: string, record: UpdateRecord): Promise<UpdateChange> {
  const noted = notedChanges(record);
  const { from, to, digest, changes } = record;
  const more = changes?.more === undefined ? [] : [`${changes.more} more objects were changed than are listed`];
  if (to === undefined || digest === undefined || record.kind === "heal") {
    return { changes: noted, exact: null, ...noteOf(more) };
  }
  try {
    const after = await computeEnvironment(session, env, to);
    const before = from === undefined || from === to ? undefined : await computeEnvironment(session, env, from);
    const exact = after.plan.digest === digest;
    const differ = exact
      ? []
      : ["the document or its policy has changed since: fields are as they would be planned now"];
    const fields = before === undefined ? [] : diffPlans(before.plan, after.plan).changes;
    return { changes: withFields(noted, fields), exact, ...noteOf([...more, ...differ]) };
  } catch (error) {
    session.io.signal.throwIfAborted();
    if (!(error instanceof DriftlessError)) throw error;
    const why = `its commits cannot be planned any more, so no fields are shown: ${error.findings[0].message}`;
    return { changes: noted, exact: false, ...noteOf([...more, why]) };
  }
}

function noteOf(lines: readonly string[]): { readonly note?: string } {
  return lines.length === 0 ? {} : { note: lines.join("; ") };
}

function notedChanges({ changes }: UpdateRecord): readonly ObjectChange[] {
  return (changes?.objects ?? []).flatMap(([action, owner, name]): readonly ObjectChange[] => {
    const identity = parseResourceName(name);
    const known = actions.find((each) => each === action);
    return identity === undefined || known === undefined ? [] : [{ ...identity, action: known, owner, fields: [] }];
  });
}

function withFields(noted: readonly ObjectChange[], planned: readonly ObjectChange[]): readonly ObjectChange[] {
  const known = new Map(planned.map((change) => [nameOfIdentity(change), change]));
  return noted.map((change) => {
    const found = known.get(nameOfIdentity(change));
    return found === undefined || !hasFields(change.action) ? change : { ...found, action: change.action };
  });
}

function hasFields(action: Action): boolean {
  return action === "update" || action === "replace" || action === "adopt";
}
