import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { devNull, tmpdir } from "node:os";
import { join } from "node:path";
import { failure } from "../errors/error.ts";
import { ProgramError } from "../exec/run.ts";
import { projectGit, type ProjectGit, type ProjectGitContext } from "./project-git.ts";
import { signingVariables } from "./signing.ts";
import { gitOutput, gitReason } from "./reason.ts";

/** Where notes are: a Git notes ref of the repository that the project is in, and of its remote. */
const ref = "refs/notes/driftless";
/** What the remote had when it was last asked. */
const remoteRef = "refs/driftless/notes/origin";
const remote = "origin";
const networkMs = 60_000;
const attempts = 5;
/** How far back notes about other subjects are looked for. */
const mostLooked = 1000;

/** Keys of a person, by address: SSH public keys, or OpenPGP fingerprints as `gpg:<40 hex digits>`. */
export type Keyring = Readonly<Record<string, readonly string[]>>;

/** A commit of the notes, and whose key signed it. */
export interface SignedNote {
  readonly message: string;
  /** Address of the keyring; undefined if none of its keys did. */
  readonly signer: string | undefined;
}

/** A note to be kept. */
export interface NewNote {
  /** What it is about; notes about the same are read together. */
  readonly subject: string;
  /** The line that `git notes --ref driftless show` prints. */
  readonly line: string;
  /** Message of the signed commit: this is what counts. */
  readonly message: string;
}

/**
 * Notes in the repository of a project, each a signed commit on `refs/notes/driftless`, which Git itself shows and verifies:
 * an audit trail that needs no server. They are shared with the remote `origin` where there is one.
 */
export class SignedNotes {
  readonly #git: ProjectGit;

  constructor(project: string, context: ProjectGitContext) {
    const git = projectGit(project, context);
    const keys = signingVariables(context.env);
    this.#git = (args, call = {}) => git(args, { ...call, env: { ...keys, ...call.env } });
  }

  /**
   * Takes over what the remote has.
   * @throws APPROVALS_UNAVAILABLE if the project is in no repository, or the remote cannot be asked: what is not known is not there.
   */
  async fetch(): Promise<void> {
    if (!(await this.#hasRemote())) return;
    try {
      const options = ["--no-tags", "--no-write-fetch-head", "--quiet", "--refmap="];
      await this.#git(["fetch", ...options, remote, `+${ref}*:${remoteRef}*`], { timeoutMs: networkMs });
    } catch (error) {
      throw unavailable(`The approvals could not be read from the remote ${remote}: ${reasonOf(error)}`, error);
    }
  }

  /** All notes about a subject, oldest first. Those of this repository and, as last fetched, those of its remote. */
  async read(subject: string, keyring: Keyring): Promise<readonly SignedNote[]> {
    const tips = await this.#tips();
    if (tips.length === 0) return [];
    return this.#verified(["--topo-order", "--reverse", ...tips, "--", await this.#pathOf(subject)], keyring);
  }

  /**
   * Notes about anything, oldest first, of which `choose` takes some by their messages alone: to verify a signature takes a while.
   * @param choose gets the newest messages, newest first, and returns positions in them
   */
  async pick(
    choose: (messages: readonly string[]) => readonly number[],
    keyring: Keyring,
  ): Promise<readonly SignedNote[]> {
    const tips = await this.#tips();
    if (tips.length === 0) return [];
    const format = ["%H", "%B"].join("%x00");
    const output = await this.#git([
      "log",
      "--topo-order",
      `--max-count=${mostLooked}`,
      "-z",
      `--format=${format}`,
      ...tips,
    ]);
    const fields = output.split("\0");
    const messages = fields.filter((_, at) => at % 2 === 1);
    const commits = choose(messages).flatMap((at) => fields[2 * at] ?? []);
    return commits.length === 0 ? [] : this.#verified(["--topo-order", "--reverse", "--no-walk", ...commits], keyring);
  }

  async #verified(which: readonly string[], keyring: Keyring): Promise<readonly SignedNote[]> {
    const folder = await mkdtemp(join(tmpdir(), "driftless-signers-"));
    try {
      const file = join(folder, "allowed-signers");
      await writeFile(file, allowedSigners(keyring));
      const format = ["%G?", "%GS", "%GF", "%GP", "%B"].join("%x00");
      const output = await this.#git([
        ...["-c", `gpg.ssh.allowedSignersFile=${file}`, "-c", `gpg.ssh.revocationFile=${devNull}`],
        ...["log", "--no-show-signature", "--no-notes", "-z", `--format=${format}`, ...which],
      ]);
      return parseLog(output, keyring);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /**
   * Keeps a note and shares it. If somebody else has added one in the meantime, ours goes on top of theirs.
   * @param options `local`: keep it in this repository alone, for when the remote is down. Default: false.
   * @returns whether there was a remote to share it with.
   * @throws GIT_SIGN_FAILED; APPROVALS_UNAVAILABLE if the remote does not take it: then nothing was kept.
   */
  async add(note: NewNote, { local = false } = {}): Promise<{ readonly shared: boolean }> {
    const shared = !local && (await this.#hasRemote());
    for (let attempt = 1; ; attempt++) {
      if (shared) await this.fetch();
      const base = await this.#base();
      const commit = await this.#commit(note, base);
      try {
        if (shared) {
          const lease = `--force-with-lease=${ref}:${(await this.#idOf(remoteRef)) ?? ""}`;
          await this.#git(["push", "--quiet", "--no-verify", lease, remote, `${commit}:${ref}`], {
            timeoutMs: networkMs,
          });
          await this.#git(["update-ref", remoteRef, commit]);
        }
        await this.#git(["update-ref", ref, commit]);
        return { shared };
      } catch (error) {
        const moved = error instanceof ProgramError && /stale info|rejected|cannot lock ref/.test(error.stderr);
        if (moved && attempt < attempts) continue;
        throw unavailable(`The note could not be shared with the remote ${remote}: ${reasonOf(error)}`, error);
      }
    }
  }

  /** What a new note is put on top of: the remote's notes, and those of ours that it does not have yet. */
  async #base(): Promise<string | undefined> {
    const [own, theirs] = [await this.#idOf(ref), await this.#idOf(remoteRef)];
    if (own === undefined || theirs === undefined || own === theirs) return own ?? theirs;
    const common = await this.#git(["merge-base", own, theirs]).catch(() => "");
    if (common === theirs) return own;
    if (common === own) return theirs;
    throw failure(
      "APPROVALS_UNAVAILABLE",
      `${ref} of this repository and of its remote ${remote} have parted.`,
      `Look at both with \`git log ${ref} ${remoteRef}\`; then take over the remote's: git update-ref ${ref} ${remoteRef}`,
    );
  }

  async #commit({ subject, line, message }: NewNote, base: string | undefined): Promise<string> {
    const path = await this.#pathOf(subject);
    const before = base === undefined ? "" : await this.#git(["show", `${base}:${path}`]).catch(() => "");
    const blob = await this.#git(["hash-object", "-w", "--stdin"], {
      stdin: `${before === "" ? "" : `${before}\n`}${line}\n`,
    });
    const others = base === undefined ? "" : await this.#git(["ls-tree", base]);
    const entries = others.split("\n").filter((row) => row !== "" && !row.endsWith(`\t${path}`));
    const tree = await this.#git(["mktree"], { stdin: [...entries, `100644 blob ${blob}\t${path}`, ""].join("\n") });
    try {
      const parent = base === undefined ? [] : ["-p", base];
      return await this.#git(["commit-tree", tree, ...parent, "-S", "-F", "-"], {
        stdin: message,
        timeoutMs: networkMs,
      });
    } catch (error) {
      throw failure(
        "GIT_SIGN_FAILED",
        `The note could not be signed: ${reasonOf(error)}`,
        "Tell Git your key: git config gpg.format ssh, and git config user.signingkey ~/.ssh/id_ed25519.pub (or an OpenPGP key).",
        { cause: error },
      );
    }
  }

  /** Git notes are files named by the object that they are about: here that of a text, so that its name alone finds it. */
  async #pathOf(subject: string): Promise<string> {
    return this.#git(["hash-object", "-w", "--stdin"], { stdin: `${subject}\n` });
  }

  async #tips(): Promise<readonly string[]> {
    const tips = [await this.#idOf(ref), await this.#idOf(remoteRef)];
    return [...new Set(tips.filter((tip) => tip !== undefined))];
  }

  async #idOf(name: string): Promise<string | undefined> {
    try {
      return await this.#git(["rev-parse", "--verify", "--quiet", `${name}^{commit}`]);
    } catch (error) {
      if (error instanceof ProgramError && error.exitCode === 1) return undefined;
      throw unavailable(`The project's repository cannot be read: ${reasonOf(error)}`, error);
    }
  }

  async #hasRemote(): Promise<boolean> {
    try {
      return (await this.#git(["remote"])).split("\n").includes(remote);
    } catch (error) {
      throw unavailable(`The project is in no Git repository that can be read: ${reasonOf(error)}`, error);
    }
  }
}

/** What `ssh-keygen -Y verify` takes: who may sign with which key. */
function allowedSigners(keyring: Keyring): string {
  const rows = Object.entries(keyring).flatMap(([user, keys]) =>
    keys.filter((key) => !key.startsWith("gpg:")).map((key) => `${user} namespaces="git" ${key}\n`),
  );
  return rows.join("");
}

function parseLog(output: string, keyring: Keyring): readonly SignedNote[] {
  const fields = output === "" ? [] : output.split("\0");
  const notes: SignedNote[] = [];
  for (let at = 0; at + 4 < fields.length; at += 5) {
    const [status = "", name = "", fingerprint = "", primary = "", message = ""] = fields.slice(at, at + 5);
    notes.push({ message, signer: signerOf({ status, name, fingerprints: [fingerprint, primary] }, keyring) });
  }
  return notes;
}

/** Git says G for an SSH key that the file allows, and G or U (not trusted by the ring itself) for a good OpenPGP signature. */
function signerOf(
  {
    status,
    name,
    fingerprints,
  }: { readonly status: string; readonly name: string; readonly fingerprints: readonly string[] },
  keyring: Keyring,
): string | undefined {
  if (status === "G" && Object.hasOwn(keyring, name)) return name;
  if (status !== "G" && status !== "U") return undefined;
  const keys = fingerprints.filter((each) => each !== "").map((each) => `gpg:${each.toLowerCase()}`);
  return Object.entries(keyring).find(([, own]) => own.some((key) => keys.includes(key.toLowerCase())))?.[0];
}

function unavailable(message: string, cause: unknown): Error {
  const fix = "Check the repository and its credentials, then run it again. In an emergency see --break-glass.";
  return failure("APPROVALS_UNAVAILABLE", message, fix, { cause });
}

function reasonOf(error: unknown): string {
  return gitReason(gitOutput(error));
}
