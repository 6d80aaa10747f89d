import { devNull } from "node:os";
import type { RepositoryUrl } from "./url.ts";

/** Environment variables by name, as a program was started with. */
export type Env = Readonly<Record<string, string | undefined>>;

/** One Git setting: key and value. */
export type Setting = readonly [key: string, value: string];

/** What git may know of the user: where things are, how to reach the network, and who can supply credentials. */
const passedOn = [
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "TMPDIR",
  "XDG_CONFIG_HOME",
  "XDG_CACHE_HOME",
  "XDG_RUNTIME_DIR",
  "DBUS_SESSION_BUS_ADDRESS",
  "DISPLAY",
  "SSH_AUTH_SOCK",
  "SSH_ASKPASS",
  "SSH_ASKPASS_REQUIRE",
  "GIT_ASKPASS",
  "GIT_SSH",
  "GIT_SSH_COMMAND",
  "GIT_SSL_CAINFO",
  "GIT_SSL_CAPATH",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "KRB5CCNAME",
  "HTTPS_PROXY",
  "https_proxy",
  "ALL_PROXY",
  "all_proxy",
  "NO_PROXY",
  "no_proxy",
] as const;

/** Old repositories have these harmless flaws; refusing them would refuse half of the world's histories. */
const toleratedFlaws = ["zeroPaddedFilemode", "badTimezone", "missingSpaceBeforeDate", "missingNameBeforeEmail"];

/**
 * Settings that hold for every call of git, whatever the mirror's own configuration says: nothing of a repository is
 * ever executed (hooks, monitors, filters), no other host is asked (redirects, submodules, bundles), nothing runs in the
 * background, and what arrives is checked.
 */
const hardening: readonly Setting[] = [
  ["core.hooksPath", devNull],
  ["core.fsmonitor", "false"],
  ["core.alternateRefsCommand", "true"],
  ["core.attributesFile", devNull],
  ["core.excludesFile", devNull],
  ["protocol.version", "2"],
  ["http.followRedirects", "false"],
  ["http.lowSpeedLimit", "1"],
  ["http.lowSpeedTime", "60"],
  ["transfer.bundleURI", "false"],
  ["transfer.credentialsInUrl", "die"],
  ["fetch.fsckObjects", "true"],
  ...toleratedFlaws.map((flaw): Setting => [`fetch.fsck.${flaw}`, "ignore"]),
  ["fetch.recurseSubmodules", "false"],
  ["fetch.writeCommitGraph", "false"],
  ["fetch.unpackLimit", "1"],
  ["submodule.recurse", "false"],
  ["gc.auto", "0"],
  ["maintenance.auto", "false"],
  ["log.showSignature", "false"],
];

/** The user's variables that reach git. */
export function userEnvironment(env: Env): Record<string, string> {
  return Object.fromEntries(
    passedOn.flatMap((name) => {
      const value = env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/**
 * The whole environment of one call of git on a mirror. Settings travel as GIT_CONFIG_* variables: they win over every
 * file, are in no argument list, and what the user's own configuration says about credentials is never written down.
 * @param mirror Absolute path of the bare repository; named outright, so that git never searches for another one.
 * @param transport What a fetch may use; undefined for calls that need no network, which may then use none.
 * @param user The user's own settings for credentials and proxies; see `userSettings`.
 */
export function gitEnvironment(
  env: Env,
  mirror: string,
  transport?: RepositoryUrl["kind"],
  user: readonly Setting[] = [],
): Record<string, string> {
  const settings = [...user, ...hardening];
  return {
    ...userEnvironment(env),
    ...(transport === "ssh" ? sshDefaults(env, user) : {}),
    ...onlySettings(settings),
    GIT_ATTR_NOSYSTEM: "1",
    GIT_DIR: mirror,
    GIT_ALLOW_PROTOCOL: transport === undefined ? "none" : transport === "local" ? "file" : transport,
    GIT_TERMINAL_PROMPT: "0",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_NO_LAZY_FETCH: "1",
    GIT_OPTIONAL_LOCKS: "0",
    LC_ALL: "C",
  };
}

/** Variables by which a call of git has these settings, and nothing of the user's or the machine's own. */
export function onlySettings(settings: readonly Setting[]): Record<string, string> {
  return {
    ...Object.fromEntries(
      settings.flatMap(([key, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, key],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
    GIT_CONFIG_COUNT: String(settings.length),
    GIT_CONFIG_GLOBAL: devNull,
    GIT_CONFIG_NOSYSTEM: "1",
  };
}

/** Without a way of its own to ask, ssh must fail rather than wait for someone at a terminal. */
function sshDefaults(env: Env, user: readonly Setting[]): Record<string, string> {
  const chosen = ["GIT_SSH", "GIT_SSH_COMMAND", "SSH_ASKPASS"].some((name) => env[name] !== undefined);
  if (chosen || user.some(([key]) => key === "core.sshcommand")) return {};
  return { GIT_SSH_COMMAND: "ssh -oBatchMode=yes" };
}
