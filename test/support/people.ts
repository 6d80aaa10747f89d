import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runProgram } from "../../core/exec/run.ts";

/** Somebody with a signing key and a Git configuration of their own. */
export interface TestPerson {
  readonly email: string;
  /** SSH public key, without a comment. */
  readonly key: string;
  /** What makes git act as them. */
  readonly env: Readonly<Record<string, string>>;
}

/** Makes a person, whose files are below a folder. */
export async function createPerson(folder: string, name: string): Promise<TestPerson> {
  const home = join(folder, name);
  await mkdir(join(home, "git"), { recursive: true });
  const key = join(home, "key");
  const args = ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key];
  const env = { PATH: process.env["PATH"] };
  await runProgram({ file: "ssh-keygen", args, env, timeoutMs: 20_000, maxOutputBytes: 1 << 20 });
  const email = `${name}@example.com`;
  const settings = `[user]\n\tname = ${name}\n\temail = ${email}\n\tsigningkey = ${key}\n[gpg]\n\tformat = ssh\n`;
  await writeFile(join(home, "git", "config"), settings);
  const [type = "", text = ""] = (await readFile(`${key}.pub`, "utf8")).split(" ");
  return { email, key: `${type} ${text.trim()}`, env: { XDG_CONFIG_HOME: home, HOME: home } };
}

/** Runs git as somebody; returns what it printed, trimmed. */
export async function gitAs(person: TestPerson, cwd: string, args: readonly string[]): Promise<string> {
  const env = { PATH: process.env["PATH"], ...person.env };
  const { stdout } = await runProgram({ file: "git", args, cwd, env, timeoutMs: 30_000, maxOutputBytes: 1 << 20 });
  return stdout.toString("utf8").trim();
}
