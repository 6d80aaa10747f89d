import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import tls from "node:tls";
import { failure } from "../../core/errors/error.ts";
import { runProgram } from "../../core/exec/run.ts";
import { isRunning, lastLines, startProgram, stopProgram } from "../local-cluster/process.ts";
import { names as processNames } from "../local-cluster/layout.ts";
import { formatSettings, names } from "./settings.ts";
import { freePort } from "../process/free-port.ts";

/** A real Gitea on this machine, over https with a certificate of its own. */
export interface LocalForge {
  /** `https://127.0.0.1:<port>`. */
  readonly url: string;
  /** `127.0.0.1:<port>`. */
  readonly host: string;
  /** Path of its certificate, for git. */
  readonly certificate: string;
  /** Of its administrator, `platform`, who may do everything. */
  readonly token: string;
  readonly pid: number;
}

/** What starting a forge takes. */
export interface ForgeRequest {
  /** Everything of it lives in this folder, which must not have one yet. */
  readonly folder: string;
  /** Its executable, as the toolchain has built it. */
  readonly binary: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Name of the administrator. */
export const forgeAdmin = "platform";

const program = "gitea";
const pollMs = 100;
const attempts = 600;
const graceMs = 2_000;

/**
 * What a process trusts without a forge. Gitea gives all its certificates the same name, and of several trusted ones
 * with one name OpenSSL takes any: the newest forge's must be the only one.
 */
const trustedBefore = tls.getCACertificates("default");

/**
 * Starts a forge that outlives this process; this process trusts its certificate from then on, and no earlier forge's.
 * @throws {DriftlessError} FORGE_UNREACHABLE if it does not come up.
 */
export async function startForge({ folder, binary, env }: ForgeRequest): Promise<LocalForge> {
  for (const child of [processNames.processes, processNames.logs])
    await mkdir(join(folder, child), { recursive: true });
  const own = { PATH: env["PATH"], GITEA_I_AM_BEING_UNSAFE_RUNNING_AS_ROOT: "true" };
  const run = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await runProgram({
      file: binary,
      args,
      cwd: folder,
      env: { ...own, HOME: folder },
      timeoutMs: 120_000,
      maxOutputBytes: 8 << 20,
    });
    return stdout.toString("utf8");
  };
  const port = await freePort();
  const url = `https://127.0.0.1:${port}`;
  const share = join(dirname(binary), "..", "share");
  const account = env["USER"] ?? "root";
  await writeFile(join(folder, names.settings), formatSettings({ folder, port, share, account }), { mode: 0o600 });
  const settings = ["--config", join(folder, names.settings), "--work-path", folder];
  await run("cert", "--host", "127.0.0.1", "--ca", "--duration", "8760h");
  await run("migrate", ...settings);
  const administrator = ["--admin", "--username", forgeAdmin, "--email", `${forgeAdmin}@example.com`];
  const access = ["--access-token", "--access-token-name", "local", "--access-token-scopes", "all"];
  const password = ["--random-password", "--must-change-password=false"];
  const created = await run("admin", "user", "create", ...administrator, ...password, ...access, ...settings);
  const token = /\b[0-9a-f]{40}\b/.exec(created)?.[0] ?? "";
  const certificate = join(folder, names.certificate);
  tls.setDefaultCACertificates([...trustedBefore, await readFile(certificate, "utf8")]);
  const pid = await startProgram(folder, program, binary, ["web", ...settings], own);
  try {
    await untilServing(folder, url);
  } catch (error) {
    await stopForge(folder);
    throw error;
  }
  return { url, host: `127.0.0.1:${port}`, certificate, token, pid };
}

/** Stops the forge of a folder and waits until it is gone; none is fine. */
export function stopForge(folder: string): Promise<void> {
  return stopProgram(folder, program, graceMs);
}

async function untilServing(folder: string, url: string): Promise<void> {
  let refusal: unknown;
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (!(await isRunning(folder, program))) break;
    try {
      const answer = await fetch(`${url}/api/v1/version`);
      if (answer.ok) return;
      refusal = new Error(`It answers with status ${answer.status}.`);
    } catch (error) {
      refusal = error;
    }
    await delay(pollMs);
  }
  const said = (await lastLines(folder, program, 3)).join(" ");
  throw failure("FORGE_UNREACHABLE", `The local Gitea does not come up: ${said}`, "Run it again.", { cause: refusal });
}
