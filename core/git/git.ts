import { simpleGit, type SimpleGit } from "simple-git";
import { gitEnvironment, type Env, type Setting } from "./environment.ts";
import type { RepositoryUrl } from "./url.ts";

const silenceMs = 120_000;

/**
 * simple-git on a bare mirror. Its own guard refuses the settings that shield us, so each is allowed here by name; what
 * protects us is that no argument comes from a user unchecked.
 * @param mirror Absolute path of a folder that exists.
 */
export function openGit(
  mirror: string,
  env: Env,
  options: { transport?: RepositoryUrl["kind"]; user?: readonly Setting[]; signal?: AbortSignal | undefined } = {},
): SimpleGit {
  const environment = gitEnvironment(env, mirror, options.transport, options.user);
  return simpleGit({
    baseDir: mirror,
    ...(options.signal === undefined ? {} : { abort: options.signal }),
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
      allowUnsafeSshCommand: true,
      allowUnsafeTemplateDir: true,
    },
    // By default an exit code without a message counts as success.
    errors: (error, result) =>
      error ?? (result.exitCode === 0 ? undefined : Buffer.concat([...result.stdErr, Buffer.from("\n")])),
  }).env(environment);
}
