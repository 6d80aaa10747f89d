import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isSystemError } from "../../core/errors/system-error.ts";
import { createForgeUser, forgeApi, type ForgeApi } from "../../toolchain/local-forge/client.ts";
import { forgeAdmin, startForge, stopForge } from "../../toolchain/local-forge/forge.ts";
import { testTools } from "./toolchain.ts";

/** A real Gitea on this machine, over https with a certificate of its own, which this process trusts from then on. */
export interface Gitea {
  /** `https://127.0.0.1:<port>`. */
  readonly url: string;
  /** `127.0.0.1:<port>`. */
  readonly host: string;
  /** Of its administrator, `platform`, who may do everything. */
  readonly token: string;
  /** Variables with which git reaches it in the name of the administrator. */
  readonly gitEnv: Readonly<Record<string, string>>;
  /** Asks its API, as the administrator or with another token; throws for anything but 2xx. */
  readonly api: ForgeApi;
  /** Makes a user and returns a token of it; with `read`, one that may change nothing. */
  user(name: string, may?: "read" | "write"): Promise<string>;
  /** Makes it deaf for a while, as if it were down; `resume` brings it back. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

/** Starts one. */
export async function startGitea(): Promise<Gitea> {
  const binary = (await testTools(["gitea"])).get("gitea")?.path ?? "";
  const folder = await mkdtemp(join(tmpdir(), "driftless-gitea-"));
  const { url, host, token, certificate, pid } = await startForge({ folder, binary, env: process.env });
  const signal = (name: NodeJS.Signals): void => {
    try {
      process.kill(pid, name);
    } catch (error) {
      // A test has stopped it already.
      if (!isSystemError(error, "ESRCH")) throw error;
    }
  };
  const killed = (): void => signal("SIGKILL");
  process.once("exit", killed);
  const api = forgeApi({ url, token });
  return {
    url,
    host,
    token,
    gitEnv: { GIT_SSL_CAINFO: certificate, GIT_ASKPASS: await askpass(folder, forgeAdmin, token) },
    api,
    user: (name, may = "write") => createForgeUser(url, api, name, may),
    pause: () => signal("SIGSTOP"),
    resume: () => signal("SIGCONT"),
    stop: async () => {
      process.removeListener("exit", killed);
      signal("SIGCONT");
      await stopForge(folder);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A program that answers git's questions for a user name and a password. */
export async function askpass(folder: string, user: string, token: string): Promise<string> {
  const file = join(folder, `askpass-${user}`);
  await writeFile(file, `#!/bin/sh\ncase "$1" in Username*) echo ${user};; *) echo ${token};; esac\n`);
  await chmod(file, 0o700);
  return file;
}
