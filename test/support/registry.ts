import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { testTools } from "./toolchain.ts";
import { startTokenServer, type TokenServer } from "./token-server.ts";

/** How a registry wants to be logged in to. */
export type RegistryLogin = "none" | "basic" | "token";

/** What an image that is pushed is like. */
export interface PushedImage {
  /** When its configuration says that it was made: ISO 8601. Default: it does not say. */
  readonly created?: string;
  /** Makes two of the same kind different. */
  readonly note?: string;
  /** True for an index of two platforms. Default: one image. */
  readonly index?: boolean;
}

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

const types = {
  index: "application/vnd.oci.image.index.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
} as const;

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
  const send = async (path: string, init: RequestInit, repository: string, expected: number): Promise<Response> => {
    const headers = new Headers(init.headers);
    if (login === "basic") {
      const { user, password } = registryUser;
      headers.set("authorization", `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`);
    }
    if (tokens !== undefined) headers.set("authorization", `Bearer ${tokens.issue(repository, ["pull", "push"])}`);
    const answer = await fetch(new URL(path, `http://${host}`), { ...init, headers });
    if (answer.status !== expected) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  };
  const blob = async (repository: string, body: string): Promise<string> => {
    const upload = await send(`/v2/${repository}/blobs/uploads/`, { method: "POST" }, repository, 202);
    const url = new URL(upload.headers.get("location") ?? "", `http://${host}`);
    url.searchParams.set("digest", digestOf(body));
    await send(url.href, { method: "PUT", body }, repository, 201);
    return digestOf(body);
  };
  const manifest = async (repository: string, reference: string, type: string, body: string): Promise<string> => {
    const init = { method: "PUT", body, headers: { "content-type": type } };
    await send(`/v2/${repository}/manifests/${reference}`, init, repository, 201);
    return digestOf(body);
  };
  const image = async (repository: string, { created, note }: PushedImage, reference?: string) => {
    const config = JSON.stringify({ created, architecture: "amd64", os: "linux", note, rootfs: {} });
    const digest = await blob(repository, config);
    const layers: readonly string[] = [];
    const descriptor = { mediaType: types.config, digest, size: config.length };
    const body = JSON.stringify({ schemaVersion: 2, mediaType: types.manifest, config: descriptor, layers });
    return {
      digest: await manifest(repository, reference ?? digestOf(body), types.manifest, body),
      size: body.length,
    };
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
    push: async (repository, tag, pushed = {}) => {
      if (pushed.index !== true) return (await image(repository, pushed, tag)).digest;
      const manifests = [];
      for (const architecture of ["amd64", "arm64"]) {
        const each = await image(repository, { ...pushed, note: `${pushed.note ?? ""}${architecture}` });
        manifests.push({ mediaType: types.manifest, ...each, platform: { os: "linux", architecture } });
      }
      const body = JSON.stringify({ schemaVersion: 2, mediaType: types.index, manifests });
      return manifest(repository, tag, types.index, body);
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

function digestOf(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
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
