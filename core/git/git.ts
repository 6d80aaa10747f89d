import { parse } from "node:path";
import { simpleGit, type SimpleGit } from "simple-git";
import { runProgram } from "../exec/run.ts";
import { gitEnvironment, type Env, type Setting } from "./environment.ts";
import type { RepositoryUrl } from "./url.ts";

/** Where objects are read: one mirror, no network. */
export interface ObjectStore {
  /** Absolute path of the bare repository. */
  readonly mirror: string;
  readonly env: Env;
  readonly signal?: AbortSignal | undefined;
}

const silenceMs = 120_000;
const localMs = 300_000;

/** What some calls of git need besides the mirror. */
export interface GitExtras {
  /** Variables beyond those that every call has. */
  readonly env?: Readonly<Record<string, string>>;
  /** The user's own settings; ours win over them. */
  readonly user?: readonly Setting[];
}

/**
 * Runs git on the objects and refs of a mirror, with no network.
 * @throws {ProgramError}
 */
export async function runGit(
  store: ObjectStore,
  args: readonly string[],
  stdin: string | Uint8Array | undefined,
  maxOutputBytes: number,
  { env = {}, user = [] }: GitExtras = {},
): Promise<Buffer> {
  const { stdout } = await runProgram({
    file: "git",
    args,
    // Any folder that exists: the mirror is named in the environment, and may be gone.
    cwd: parse(store.mirror).root,
    env: { ...gitEnvironment(store.env, store.mirror, undefined, user), ...env },
    stdin,
    timeoutMs: localMs,
    maxOutputBytes,
    signal: store.signal,
  });
  return stdout;
}

/**
 * simple-git on a bare mirror, for what talks to a remote. Its own guard refuses the settings that shield us, so each is allowed here by name; what
 * protects us is that no argument comes from a user unchecked.
 * An abort or a silent server ends git at once; git's own https helper may stay behind until its connection fails, which
 * `http.lowSpeedTime` bounds to a minute.
 * @param store Its folder must exist.
 * @param transport What a fetch may use; undefined for none.
 * @param user The user's own settings; see `userSettings`.
 */
export function openGit(
  { mirror, env, signal }: ObjectStore,
  transport?: RepositoryUrl["kind"],
  user: readonly Setting[] = [],
): SimpleGit {
  const environment = gitEnvironment(env, mirror, transport, user);
  return simpleGit({
    baseDir: mirror,
    ...(signal === undefined ? {} : { abort: signal }),
    // Counted anew with every byte: it ends what hangs, not what is large.
    timeout: { block: silenceMs },
    allowEnvironment: Object.keys(environment),
    unsafe: {
      allowUnsafeAskPass: true,
      allowUnsafeConfigEnvCount: true,
      allowUnsafeConfigPaths: true,
      allowUnsafeCredentialHelper: true,
      allowUnsafeFsMonitor: true,
      allowUnsafeHooksPath: true,
      // Of our own words only: see `pushBranch`.
      allowUnsafePack: true,
      allowUnsafeSshCommand: true,
      allowUnsafeTemplateDir: true,
    },
    // By default an exit code without a message counts as success.
    errors: (error, result) =>
      error ?? (result.exitCode === 0 ? undefined : Buffer.concat([...result.stdErr, Buffer.from("\n")])),
  }).env(environment);
}
