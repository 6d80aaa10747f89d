import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import tls from "node:tls";
import { z } from "zod";
import { runProgram } from "../../core/exec/run.ts";
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
  api(method: string, path: string, body?: unknown, token?: string): Promise<unknown>;
  /** Makes a user and returns a token of it; with `read`, one that may change nothing. */
  user(name: string, may?: "read" | "write"): Promise<string>;
  /** Makes it deaf for a while, as if it were down; `resume` brings it back. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

const admin = "platform";

/** Starts one; undefined where openssl is missing. */
export async function startGitea(): Promise<Gitea | undefined> {
  const tools = await testTools(["gitea"]);
  const binary = tools.get("gitea")?.path ?? "";
  const folder = await mkdtemp(join(tmpdir(), "driftless-gitea-"));
  const certificate = join(folder, "cert.pem");
  if (!(await makeCertificate(folder, certificate))) return undefined;
  const port = await freePort();
  const url = `https://127.0.0.1:${port}`;
  await mkdir(join(folder, "home"));
  await writeFile(join(folder, "app.ini"), settings(folder, port, join(dirname(binary), "..", "share")));
  const env = {
    PATH: process.env["PATH"],
    HOME: join(folder, "home"),
    GITEA_I_AM_BEING_UNSAFE_RUNNING_AS_ROOT: "true",
  };
  const run = async (args: readonly string[]): Promise<string> => {
    const all = [...args, "--config", join(folder, "app.ini"), "--work-path", folder];
    const { stdout } = await runProgram({ file: binary, args: all, env, timeoutMs: 120_000, maxOutputBytes: 8 << 20 });
    return stdout.toString("utf8");
  };
  await run(["migrate"]);
  const created = await run(
    ["admin", "user", "create", "--admin", "--username", admin, "--email", `${admin}@example.com`].concat(
      ["--random-password", "--must-change-password=false", "--access-token"],
      ["--access-token-name", "tests", "--access-token-scopes", "all"],
    ),
  );
  const token = /\b[0-9a-f]{40}\b/.exec(created)?.[0] ?? "";
  tls.setDefaultCACertificates([...tls.getCACertificates("default"), await readFile(certificate, "utf8")]);
  const child = spawn(binary, ["web", "--config", join(folder, "app.ini"), "--work-path", folder], {
    env,
    stdio: "ignore",
  });
  const killed = (): void => void child.kill("SIGKILL");
  process.once("exit", killed);
  const api = async (method: string, path: string, body?: unknown, as = token): Promise<unknown> => {
    const headers = { authorization: `token ${as}`, "content-type": "application/json" };
    const answer = await fetch(`${url}/api/v1${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === "" ? undefined : (JSON.parse(text) as unknown);
  };
  try {
    await untilServing(url, child);
  } catch (error) {
    killed();
    throw error;
  }
  return {
    url,
    host: `127.0.0.1:${port}`,
    token,
    gitEnv: { GIT_SSL_CAINFO: certificate, GIT_ASKPASS: await askpass(folder, admin, token) },
    api,
    user: async (name, may = "write") => {
      const password = "Not-a-secret-1";
      const email = `${name}@example.com`;
      await api("POST", "/admin/users", { username: name, email, password, must_change_password: false });
      const answer = await fetch(`${url}/api/v1/users/${name}/tokens`, {
        method: "POST",
        headers: {
          authorization: `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`,
          "content-type": "application/json",
        },
        body: JSON.stringify({ name: "tests", scopes: [`${may}:repository`, `${may}:issue`, "read:user"] }),
      });
      return z.object({ sha1: z.string() }).parse(await answer.json()).sha1;
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

function settings(folder: string, port: number, share: string): string {
  return `APP_NAME = tests
RUN_MODE = prod
RUN_USER = ${process.env["USER"] ?? "root"}
[server]
PROTOCOL = https
HTTP_ADDR = 127.0.0.1
HTTP_PORT = ${port}
DOMAIN = 127.0.0.1
ROOT_URL = https://127.0.0.1:${port}/
CERT_FILE = ${join(folder, "cert.pem")}
KEY_FILE = ${join(folder, "key.pem")}
STATIC_ROOT_PATH = ${share}
DISABLE_SSH = true
OFFLINE_MODE = true
LFS_START_SERVER = false
[database]
DB_TYPE = sqlite3
PATH = ${join(folder, "gitea.db")}
SQLITE_JOURNAL_MODE = WAL
[security]
INSTALL_LOCK = true
SECRET_KEY = tests
INTERNAL_TOKEN = ${"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJuYmYiOjE3MDAwMDAwMDB9.bJ9vEUCBCkLLFPZWWEuLVEIQWmyLBOwHgIyXBVnkcjQ"}
PASSWORD_HASH_ALGO = pbkdf2\$1\$10
[repository]
ROOT = ${join(folder, "repositories")}
DEFAULT_BRANCH = main
[service]
DISABLE_REGISTRATION = true
[indexer]
ISSUE_INDEXER_TYPE = db
[log]
LEVEL = Error
ROOT_PATH = ${join(folder, "log")}
[actions]
ENABLED = false
[cron]
ENABLED = false
[mailer]
ENABLED = false
`;
}

async function makeCertificate(folder: string, certificate: string): Promise<boolean> {
  const args = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
  const made = await runProgram({
    file: "openssl",
    args: [...args, "-keyout", join(folder, "key.pem"), "-out", certificate, ...subject],
    env: { PATH: process.env["PATH"] },
    timeoutMs: 20_000,
    maxOutputBytes: 1 << 20,
  }).catch(() => undefined);
  return made !== undefined;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function untilServing(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (child.exitCode !== null) throw new Error(`gitea ended with ${child.exitCode}`);
    const answer = await fetch(`${url}/api/v1/version`).catch(() => undefined);
    if (answer?.ok === true) return;
    await delay(100);
  }
  throw new Error("gitea does not answer");
}
