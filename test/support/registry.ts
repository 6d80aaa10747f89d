import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { basicLogin, pushImage, type PushedImage } from "./push-image.ts";
import { testTools } from "./toolchain.ts";
import { startTokenServer, type TokenServer } from "./token-server.ts";
import { freePort } from "../../toolchain/process/free-port.ts";

/** How a registry wants to be logged in to. */
export type RegistryLogin = "none" | "basic" | "token";

/** The reference registry of the OCI specification on this machine, over http, all of it in memory. */
export interface TestRegistry {
  /** `127.0.0.1:<port>`. */
  readonly host: string;
  /** Where it sends those who need a token; only for logins by token. */
  readonly tokens: TokenServer | undefined;
  /** Pushes an image under a tag, as a client does; returns the digest that the tag leads to. */
  push(repository: string, tag: string, image?: PushedImage): Promise<string>;
  /** Makes it deaf for a while, as if it were down; `resume` brings it back. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

/** Its only user. */
export const registryUser = { user: "reader", password: "secret-of-tests" };
/** Of that password, by bcrypt. */
const hash = "$2a$04$KXbWN4zRz66JEXUFwKr33.ixVBl6I054ziTkbdZa9tuYPRsNcnZHu";

/** Starts one. @param maxTags How many tags a page of its lists has. */
export async function startRegistry(login: RegistryLogin = "none", maxTags = 1000): Promise<TestRegistry> {
  const binary = (await testTools(["registry"])).get("registry")?.path ?? "";
  const folder = await mkdtemp(join(tmpdir(), "driftless-registry-"));
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  const tokens = login === "token" ? await startTokenServer(folder, registryUser) : undefined;
  await writeFile(join(folder, "users"), `${registryUser.user}:${hash}\n`);
  const auth = { none: "", basic: `auth: { htpasswd: { realm: tests, path: ${join(folder, "users")} } }\n` };
  const wanted = login === "token" ? `auth: { token: ${JSON.stringify(tokens?.settings)} }\n` : auth[login];
  await writeFile(
    join(folder, "config.yml"),
    `version: 0.1\nlog: { level: error }\nstorage: { inmemory: {}, delete: { enabled: true } }\ntags: { maxtags: ${maxTags} }\nhttp: { addr: "${host}", secret: tests }\n${wanted}`,
  );
  const child = spawn(binary, ["serve", join(folder, "config.yml")], {
    env: { PATH: process.env["PATH"], HOME: folder, OTEL_TRACES_EXPORTER: "none" },
    stdio: "ignore",
  });
  const killed = (): void => void child.kill("SIGKILL");
  process.once("exit", killed);
  const authorization = (repository: string): string | undefined => {
    if (login === "basic") return basicLogin(registryUser.user, registryUser.password);
    return tokens === undefined ? undefined : `Bearer ${tokens.issue(repository, ["pull", "push"])}`;
  };
  try {
    await untilServing(host, () => child.exitCode !== null);
  } catch (error) {
    killed();
    throw error;
  }
  return {
    host,
    tokens,
    push: (repository, tag, image) => {
      return pushImage({ url: `http://${host}`, authorization: authorization(repository) }, repository, tag, image);
    },
    pause: () => void child.kill("SIGSTOP"),
    resume: () => void child.kill("SIGCONT"),
    stop: async () => {
      process.removeListener("exit", killed);
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, "exit");
        child.kill("SIGCONT");
        child.kill("SIGKILL");
        await ended;
      }
      await tokens?.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function untilServing(host: string, hasEnded: () => boolean): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (hasEnded()) throw new Error("the registry has ended");
    const answer = await fetch(`http://${host}/`).catch(() => undefined);
    if (answer !== undefined) return;
    await delay(100);
  }
  throw new Error("the registry does not answer");
}
