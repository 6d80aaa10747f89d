/** Which forge a repository is on. `plain`: none that we can ask; a branch is all that there is. */
export type ForgeKind = "github" | "gitlab" | "gitea" | "plain";

/** Where a repository is on a forge, and how it is asked. */
export interface ForgeAddress {
  readonly kind: ForgeKind;
  /** Of the forge itself, without a slash at the end: `https://git.example.com`. Empty for `plain`. */
  readonly url: string;
  /** Of the repository on it: `platform/config`. */
  readonly path: string;
  /** What a person is told: `git.example.com/platform/config`. */
  readonly display: string;
  /** Labels of the pull requests that are opened on it. Default: none. */
  readonly labels?: readonly string[];
}

/** `closed`: by hand, and not merged. */
export type PullRequestState = "open" | "closed" | "merged";

/** A pull request, which GitLab calls a merge request. */
export interface PullRequest {
  readonly number: number;
  /** Page for people. */
  readonly url: string;
  readonly state: PullRequestState;
  readonly title: string;
  readonly body: string;
  /** Branch that it brings. */
  readonly head: string;
  /** Commit that it brings: full id. */
  readonly revision: string;
  /** Branch that it goes to. */
  readonly base: string;
}

/** What a pull request is to say. */
export interface PullRequestText {
  readonly title: string;
  /** Markdown. */
  readonly body: string;
}

/** Somebody's approval that holds: neither dismissed nor followed by a request for changes. */
export interface Approval {
  /** Name of the account. */
  readonly by: string;
  /** The commit that was approved: full id; undefined where the forge does not say. */
  readonly revision: string | undefined;
  /** ISO 8601; undefined where the forge does not say. */
  readonly at: string | undefined;
}

/** What became of something that is brought up to date. */
export type Upserted = "created" | "updated" | "unchanged";

/**
 * The pull requests of one repository.
 * @throws FORGE_DENIED, FORGE_LIMITED, FORGE_REFUSED, FORGE_UNREACHABLE, from every call.
 */
export interface Forge {
  readonly address: ForgeAddress;
  /** Pull requests from a branch of the repository itself to another, whatever their state; the newest first. */
  find(head: string, base: string): Promise<readonly PullRequest[]>;
  /** Opens a pull request; undefined if there is an open one of these branches already. */
  create(head: string, base: string, text: PullRequestText): Promise<PullRequest | undefined>;
  update(number: number, text: PullRequestText): Promise<PullRequest>;
  /** Closes a pull request without merging it. */
  close(number: number): Promise<void>;
  /**
   * Writes a comment, or brings the one up to date that begins with the same marker and that the token's own account wrote. What
   * others wrote is never changed, whatever it begins with.
   * @param marker A line that nobody sees: `<!-- … -->`.
   */
  comment(number: number, marker: string, body: string): Promise<Upserted>;
  approvals(number: number): Promise<readonly Approval[]>;
  /** Adds labels to a pull request, beside those that it has; makes those that the repository does not know. */
  label(number: number, labels: readonly string[]): Promise<void>;
}
