import { confirm } from "../confirm.ts";
import type { Line } from "../output/line.ts";
import type { Session } from "../session.ts";
import { closeUnneeded, findUnneeded } from "./unneeded.ts";
import type { ImageWork } from "./work.ts";

/** How they are closed. */
export interface CloseOptions {
  /** The branch that was asked for, if it was. */
  readonly branch?: string | undefined;
  readonly dryRun: boolean;
  /** True if nobody is to be asked. */
  readonly yes: boolean;
}

/** What was closed. */
export interface ClosedRest {
  readonly closed: readonly { readonly number: number; readonly url: string }[];
  readonly lines: readonly Line[];
}

/** Closes pull requests of earlier runs that nothing is left to do for, where nothing is newer. */
export async function closeRest(
  session: Session,
  work: ImageWork,
  { branch, dryRun, yes }: CloseOptions,
): Promise<ClosedRest> {
  // What could not be found out, or is frozen, may be wanted all the same.
  const found = work.problems.length > 0 ? undefined : await findUnneeded(session, work, branch);
  if (found === undefined) return { closed: [], lines: [] };
  const { pullRequests } = found;
  const list = (what: string): readonly Line[] => pullRequests.map(({ url }) => [`${what} ${url}`]);
  if (dryRun) return { closed: [], lines: list("would be closed:") };
  session.show(list("not needed any more:"));
  const question = `Close ${pullRequests.length === 1 ? "it" : "them"}?`;
  if (!(await confirm(session, yes, question, "yes"))) return { closed: [], lines: list("left open:") };
  const closed = await closeUnneeded(session, work, found);
  return {
    closed: closed.map(({ number, url }) => ({ number, url })),
    lines: closed.map(({ url }) => [`closed ${url}`]),
  };
}
