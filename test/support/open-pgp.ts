import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProgram } from "../../core/exec/run.ts";

/** An OpenPGP key in a key ring of its own, made by the machine's gpg. */
export interface OpenPgpKey {
  /** 40 hex digits. */
  readonly fingerprint: string;
  /** Folder of the key ring, for `GNUPGHOME`. */
  readonly home: string;
  remove(): Promise<void>;
}

/** Makes a key without a passphrase; undefined where the machine has no gpg. */
export async function createOpenPgpKey(person: string): Promise<OpenPgpKey | undefined> {
  // Its agent listens on a socket in there, whose path may have 107 letters.
  const home = await mkdtemp(join(tmpdir(), "gpg-"));
  const run = async (file: string, ...args: readonly string[]): Promise<string> => {
    const env = { PATH: process.env["PATH"], GNUPGHOME: home, HOME: home };
    const { stdout } = await runProgram({ file, args, env, timeoutMs: 60_000, maxOutputBytes: 1 << 20 });
    return stdout.toString("utf8");
  };
  const remove = async (): Promise<void> => {
    await run("gpgconf", "--kill", "all").catch(() => undefined);
    await rm(home, { recursive: true, force: true });
  };
  try {
    const quiet = ["--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", ""];
    await run("gpg", ...quiet, "--quick-generate-key", person, "ed25519", "sign", "never");
    const listed = await run("gpg", "--batch", "--with-colons", "--list-keys");
    return { fingerprint: /^fpr:+([0-9A-F]{40}):/m.exec(listed)?.[1]?.toLowerCase() ?? "", home, remove };
  } catch {
    await remove();
    return undefined;
  }
}
