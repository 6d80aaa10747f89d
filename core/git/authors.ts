/** Runs git in a repository; returns what it printed. */
type Git = (args: readonly string[]) => Promise<string>;

/** Commits of which a change is made. */
export interface CommitRange {
  /** The commit before the first of them; undefined, or one that the repository does not have: only the last counts. */
  readonly from: string | undefined;
  readonly to: string;
  /** Only commits that touch one of these count. Default: all. */
  readonly paths?: readonly string[];
}

/** Addresses of everybody who wrote a change, co-authors included. */
export async function authorsOf(git: Git, { from, to, paths = [] }: CommitRange): Promise<ReadonlySet<string>> {
  const known = from !== undefined && from !== to && (await has(git, from));
  const range = known ? [`${from}..${to}`] : ["-1", to];
  const format = "--format=%ae%n%(trailers:key=Co-authored-by,valueonly)";
  const output = await git(["log", "--no-show-signature", "--no-notes", format, ...range, "--", ...paths]);
  return new Set(output.split("\n").flatMap((line) => addressIn(line.trim())));
}

async function has(git: Git, revision: string): Promise<boolean> {
  return git(["cat-file", "-e", `${revision}^{commit}`]).then(
    () => true,
    () => false,
  );
}

/** The address of `Ada <ada@example.com>`, or of a line that is nothing else. */
function addressIn(line: string): readonly string[] {
  const address = /<([^<>]+)>$/.exec(line)?.[1] ?? line;
  return address === "" ? [] : [address];
}
