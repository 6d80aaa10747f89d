import { randomBytes } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { failure } from "../../core/errors/error.ts";
import { ignore, isSystemError } from "../../core/errors/system-error.ts";

/** What decides how the secrets of a stack are encrypted. */
export interface PassphraseInput {
  /** Absolute path of the project's folder. */
  readonly project: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** True for the state folder inside the project. */
  readonly ownBackend: boolean;
  /** Set if the stack's settings name a secrets provider other than the passphrase. */
  readonly secretsProvider?: string | undefined;
  /** True if a state of the stack exists: a new passphrase could not open it. */
  readonly stateExists: boolean;
  readonly progress: (line: string) => void;
}

/** Where the passphrase of a project's own backend is kept, relative to the project. */
export const passphraseFile = join(".driftless", "passphrase");

const fixes = "Set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE to the path of a file that holds it.";

/**
 * Variables that give the engine its passphrase. What the user has set wins; the project's own backend gets a random
 * passphrase, once. Throws PASSPHRASE_MISSING where one would have to be guessed.
 */
export async function resolvePassphrase(input: PassphraseInput): Promise<Readonly<Record<string, string>>> {
  const { env, project } = input;
  const { PULUMI_CONFIG_PASSPHRASE: value, PULUMI_CONFIG_PASSPHRASE_FILE: file } = env;
  if (input.secretsProvider !== undefined || value !== undefined) return {};
  if (file !== undefined && file !== "") {
    if ((await readText(file)) !== undefined) return {};
    const problem = "The file that PULUMI_CONFIG_PASSPHRASE_FILE names cannot be read.";
    throw failure("PASSPHRASE_MISSING", problem, "Check the variable and the permissions of the file.");
  }
  const path = join(project, passphraseFile);
  const known = input.ownBackend ? (await readText(path))?.trim() : undefined;
  if (known !== undefined && known !== "") return { PULUMI_CONFIG_PASSPHRASE: known };
  if (!input.ownBackend) {
    const problem = "The passphrase that encrypts the secrets in this shared state is not set.";
    throw failure("PASSPHRASE_MISSING", problem, fixes);
  }
  if (input.stateExists) {
    const problem = `The state of this environment is encrypted, and ${passphraseFile} is gone.`;
    throw failure("PASSPHRASE_MISSING", problem, `Restore the file, or: ${fixes}`);
  }
  return { PULUMI_CONFIG_PASSPHRASE: await createPassphrase(path, input.progress) };
}

/** Whole or not at all, and never over another one: two runs of a project may come here at the same time. */
async function createPassphrase(path: string, progress: PassphraseInput["progress"]): Promise<string> {
  const passphrase = randomBytes(32).toString("base64url");
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  await writeFile(draft, `${passphrase}\n`, { mode: 0o600, flag: "wx" });
  try {
    await link(draft, path);
  } catch (error) {
    const theirs = isSystemError(error, "EEXIST") ? (await readText(path))?.trim() : undefined;
    if (theirs !== undefined && theirs !== "") return theirs;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
  progress(`made a passphrase for the secrets in the state and kept it in ${passphraseFile}`);
  return passphrase;
}

async function readText(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(ignore("ENOENT", "EACCES", "EISDIR", "ENOTDIR"));
}
