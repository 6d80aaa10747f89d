import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exitCodes } from "../../automation/exit-code.ts";
import type { Io } from "../../automation/io.ts";
import { ProgramError, runProgram } from "../../core/exec/run.ts";
import { DemoStopped, type Stage } from "../stage.ts";

/** Git settings of somebody, by section. */
export type GitSettings = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What a person is made of. */
export interface NewPerson {
  readonly name: string;
  /** Folder that becomes their home. */
  readonly home: string;
  readonly stage: Stage;
  /** The surroundings that all share; a person adds a home and a clone. */
  readonly io: Io;
}

/** Somebody with a home, a signing key and a clone of the control repository of their own. */
export class Person {
  readonly name: string;
  readonly email: string;
  /** SSH public key, without a comment. */
  readonly key: string;
  /** Their clone. */
  readonly clone: string;
  readonly #home: string;
  readonly #stage: Stage;
  readonly #io: Io;

  private constructor({ name, home, stage, io }: NewPerson, key: string) {
    this.name = name;
    this.email = `${name}@example.com`;
    this.key = key;
    this.clone = join(home, "control");
    this.#home = home;
    this.#stage = stage;
    // Nothing of the Git configuration of whoever runs the demo is theirs.
    this.#io = { ...io, cwd: this.clone, env: { ...io.env, HOME: home, XDG_CONFIG_HOME: home } };
  }

  /** Makes somebody who can sign. */
  static async create(about: NewPerson): Promise<Person> {
    const { home, io } = about;
    await mkdir(join(home, "git"), { recursive: true });
    const file = join(home, "key");
    await runProgram({
      file: "ssh-keygen",
      args: ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", file],
      env: { PATH: io.env["PATH"] },
      timeoutMs: 20_000,
      maxOutputBytes: 1 << 20,
    }).catch((error: unknown) => {
      if (!(error instanceof ProgramError)) throw error;
      throw new DemoStopped("people sign their approvals with SSH keys, and ssh-keygen cannot be run", 1);
    });
    const [type = "", text = ""] = (await readFile(`${file}.pub`, "utf8")).split(" ");
    return new Person(about, `${type} ${text.trim()}`);
  }

  /** Variables that differ from those of whoever runs the demo. */
  get env(): Readonly<Record<string, string | undefined>> {
    return this.#io.env;
  }

  /** Writes their Git configuration: who they are, how they sign, and `more`. */
  async configureGit(more: GitSettings): Promise<void> {
    const settings: GitSettings = {
      user: { name: this.name, email: this.email, signingkey: join(this.#home, "key") },
      gpg: { format: "ssh" },
      pull: { ff: "only" },
      ...more,
    };
    const sections = Object.entries(settings).map(([section, values]) =>
      [`[${section}]`, ...Object.entries(values).map(([key, value]) => `\t${key} = ${JSON.stringify(value)}`)].join(
        "\n",
      ),
    );
    await writeFile(join(this.#home, "git", "config"), `${sections.join("\n")}\n`);
  }

  /** They run a command, which must succeed. */
  driftless(says: RegExp, ...args: readonly string[]): Promise<string> {
    return this.#perform(args, exitCodes.success, says);
  }

  /** They run a command that must be refused until somebody else has done something. */
  waits(says: RegExp, ...args: readonly string[]): Promise<string> {
    return this.#perform(args, exitCodes.waiting, says);
  }

  /** They run a command that must fail. */
  fails(says: RegExp, ...args: readonly string[]): Promise<string> {
    return this.#perform(args, exitCodes.terminal, says);
  }

  /** They look at a file of their clone. */
  async cat(path: string): Promise<void> {
    this.#stage.typed(`${this.name}$ cat ${path}`);
    this.#stage.print((await readFile(join(this.clone, path), "utf8")).trimEnd());
  }

  /** They run git in their clone, as anybody can see. */
  async git(...args: readonly string[]): Promise<void> {
    this.#stage.typed(`${this.name}$ git ${args.map((arg) => (arg.includes(" ") ? `"${arg}"` : arg)).join(" ")}`);
    const said = await this.quietly(this.clone, ...args);
    if (said !== "") this.#stage.print(said);
  }

  /** They run git in any folder, unseen; returns what it printed. */
  async quietly(cwd: string, ...args: readonly string[]): Promise<string> {
    try {
      const { stdout } = await runProgram({
        file: "git",
        args,
        cwd,
        env: { ...this.#gitEnv, GIT_TERMINAL_PROMPT: "0" },
        timeoutMs: 60_000,
        maxOutputBytes: 1 << 20,
        signal: this.#io.signal,
      });
      return stdout.toString("utf8").trimEnd();
    } catch (error) {
      if (!(error instanceof ProgramError)) throw error;
      throw new DemoStopped(`git ${args[0] ?? ""} failed: ${error.stderr.trim()}`, 1);
    }
  }

  get #gitEnv(): Readonly<Record<string, string | undefined>> {
    const { PATH, HOME, XDG_CONFIG_HOME } = this.#io.env;
    return { PATH, HOME, XDG_CONFIG_HOME };
  }

  #perform(args: readonly string[], exitCode: number, says: RegExp): Promise<string> {
    return this.#stage.perform(`${this.name}$ driftless`, args, this.#io, { exitCode, says });
  }
}
