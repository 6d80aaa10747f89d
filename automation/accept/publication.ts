import { createHash } from "node:crypto";
import { changesOf, subjectText, type Subject } from "../../core/accept/subject.ts";
import { checkBranch } from "../../core/git/ref.ts";
import { prepareCommit, type PushedCommit } from "../../core/git/prepare-commit.ts";
import { readSigner, type Signer } from "../../core/git/write-identity.ts";
import { failure } from "../../core/errors/error.ts";
import { valuesText } from "../output/drift-lines.ts";
import type { Session } from "../session.ts";
import type { Acceptance } from "./accept.ts";

/** How what is accepted is published. */
export interface PublicationOptions {
  readonly branch: string | undefined;
  readonly author: string | undefined;
  readonly message: string | undefined;
  readonly dryRun: boolean;
}

/** Fields that the message of a commit lists; the rest is counted. */
const mostFields = 50;

/** Puts what is accepted on a branch. */
export class Publication {
  readonly #options: PublicationOptions;
  readonly #signer: Signer | undefined;

  /** @param signer Undefined for a dry run. */
  constructor(options: PublicationOptions, signer: Signer | undefined) {
    this.#options = options;
    this.#signer = signer;
  }

  /** The branch for a set of objects: the same for the same ones, whatever they have drifted to. */
  branchFor({ accepted, report: { environment } }: Pick<Acceptance, "accepted" | "report">): string {
    if (this.#options.branch !== undefined) return this.#options.branch;
    const names = accepted.map((subject) => `${subject.application} ${subjectText(subject)}`).sort();
    const digest = createHash("sha256").update(names.join("\n")).digest("hex");
    return `driftless/accept/${environment}/${digest.slice(0, 8)}`;
  }

  /**
   * Makes the commit and pushes it; a branch that an earlier run has made for this environment is brought up to date.
   * @throws GIT_SIGN_FAILED, GIT_BRANCH_TAKEN, GIT_BRANCH_MOVED, GIT_PUSH_DENIED and what reaching a repository throws.
   */
  async publish(found: Acceptance): Promise<PushedCommit> {
    const { accepted, base, files, writer, report } = found;
    const signer = this.#signer;
    if (signer === undefined) throw new RangeError("a dry run publishes nothing");
    const branch = this.branchFor(found);
    const subject = this.#options.message ?? subjectLine(report.environment, accepted);
    const purpose = { "Driftless-Action": "accept", "Driftless-Environment": report.environment };
    const trailers = { "Driftless-Objects": String(accepted.length), "Driftless-Base": base };
    const commit = { base, files, subject, body: bodyLines(accepted), purpose, trailers, signer };
    const prepared = await prepareCommit(writer, commit, { branch, direct: false });
    if (prepared === undefined) throw new RangeError("what was verified changes nothing");
    return prepared.push();
  }
}

/**
 * Finds out in whose name to publish, before any work is done.
 * @throws GIT_REF_INVALID, GIT_AUTHOR_MISSING, USAGE.
 */
export async function openPublication(session: Session, options: PublicationOptions): Promise<Publication> {
  if (options.branch !== undefined) checkBranch(options.branch);
  if (options.message?.trim() === "")
    throw failure("USAGE", "The message is empty.", "Give one, or leave --message out.");
  const { io, project } = session;
  const signer = options.dryRun
    ? undefined
    : await readSigner(options.author, { env: io.env, project, signal: io.signal });
  return new Publication(options, signer);
}

function subjectLine(environment: string, accepted: readonly Subject[]): string {
  const [first] = accepted;
  const what = first !== undefined && accepted.length === 1 ? subjectText(first) : `${accepted.length} objects`;
  return `Accept the drift of ${environment}: ${what}`;
}

function bodyLines(accepted: readonly Subject[]): readonly string[] {
  const lines = accepted.flatMap((subject): readonly string[] => {
    const changes = changesOf(subject);
    if (changes === "removed") return [`${subjectText(subject)}: deleted`];
    return changes.map((change) => `${subjectText(subject)} ${change.path}: ${valuesText(change)}`);
  });
  const rest = lines.length - mostFields;
  return rest > 0 ? [...lines.slice(0, mostFields), `and ${rest} more`] : lines;
}
