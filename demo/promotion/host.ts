import type { GitSettings, Person } from "./person.ts";

/** Where the two repositories are, and how a branch gets to `main` there. */
export interface Host {
  /** Of the config repository, as documents name it. */
  readonly config: string;
  /** Of the control repository, as git clones it. */
  readonly control: string;
  /** Where commits of the config repository are pushed to. */
  readonly configRemote: string;
  /** True if `config` is a path. */
  readonly local: boolean;
  /** What documents say about forges: YAML with a newline at its end, or nothing. */
  readonly forges: string;
  /** Path of the certificate that it is trusted by; undefined if none is needed. */
  readonly certificate?: string;
  /** What git must know to reach it in the name of a person. */
  gitSettings(name: string): Promise<GitSettings>;
  /** Shows what is offered on a branch, as its reviewers see it. */
  showOffer(branch: string): Promise<void>;
  /** A person merges what is offered on a branch. */
  merge(person: Person, branch: string): Promise<void>;
}
