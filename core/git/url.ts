import { basename, isAbsolute, resolve } from "node:path";
import { failure } from "../errors/error.ts";

/** A repository address that was checked and may be given to Git. */
export interface RepositoryUrl {
  readonly kind: "https" | "ssh" | "local";
  /** What Git gets: never an option, never with credentials. An absolute path for `local`. */
  readonly address: string;
  /** Equal for addresses that are spelled differently but mean the same. */
  readonly canonical: string;
  /** What a person is shown; never an absolute path. */
  readonly display: string;
}

const controlOrSpace = /[\u0000-\u0020\u007f-\u00a0]/;
const encodedControl = /%([01][0-9a-f]|20|7f)/i;
const hostName = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])$/i;
const userName = /^[a-z0-9_][a-z0-9._-]*$/i;

const allowed =
  "Use https://host/path, ssh://user@host/path or user@host:path; a path on this machine needs `local: true`.";

/**
 * Checks the address of a repository before any program sees it.
 * @param project Absolute path of the project; local paths are relative to it.
 * @throws GIT_URL_INVALID if it is malformed or could be taken for an option; GIT_URL_DENIED for another transport.
 */
export function parseRepositoryUrl(repo: string, local: boolean, project: string): RepositoryUrl {
  if (repo === "") throw invalid("is empty");
  if (repo.startsWith("-")) throw invalid("begins with a dash");
  if (local && looksLikePath(repo)) return localRepository(repo, project);
  if (controlOrSpace.test(repo)) throw invalid("has a space or a control character");
  if (encodedControl.test(repo)) throw invalid("has an encoded space or control character");
  if (/^[a-z0-9+.-]+::/i.test(repo)) throw denied("names a remote helper");

  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(repo)?.[1]?.toLowerCase();
  if (scheme === "https" || scheme === "ssh") return urlRepository(scheme, repo.slice(scheme.length + 3));
  if (scheme !== undefined) throw denied(`uses ${scheme}://`);
  if (looksLikePath(repo)) throw denied("is a path on this machine");
  return scpRepository(repo);
}

/** An address as CI systems write it into a clone, without the credentials that it must not have. */
export function withoutUser(address: string): string {
  return address.replace(/^(https:\/\/)[^@/]*@/i, "$1");
}

/** Neither `scheme://` nor `host:path` nor `helper::address`. */
function looksLikePath(repo: string): boolean {
  return !/^[^/]*:/.test(repo);
}

function localRepository(repo: string, project: string): RepositoryUrl {
  if (/[\u0000-\u001f\u007f]/.test(repo)) throw invalid("has a control character");
  const address = resolve(project, repo);
  return { kind: "local", address, canonical: address, display: isAbsolute(repo) ? basename(repo) : repo };
}

function urlRepository(scheme: "https" | "ssh", rest: string): RepositoryUrl {
  const slash = rest.indexOf("/");
  const authority = slash === -1 ? rest : rest.slice(0, slash);
  const path = slash === -1 ? "" : rest.slice(slash);
  const at = authority.lastIndexOf("@");
  const user = at === -1 ? undefined : authority.slice(0, at);
  if (user !== undefined && (scheme === "https" || user.includes(":"))) throw credentials();
  if (user !== undefined && !userName.test(user)) throw denied("has a user name that could be an option");

  const [, host = "", port] = /^(.*?)(?::([0-9]{1,5}))?$/.exec(authority.slice(at + 1)) ?? [];
  if (host === "") throw denied("names no host");
  if (!hostName.test(host)) throw denied("has a host name that is not one");
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) throw invalid("has an impossible port");
  checkPath(path.slice(1));

  const defaultPort = scheme === "https" ? "443" : "22";
  const userPart = user === undefined ? "" : `${user}@`;
  const portPart = port === undefined || Number(port) === Number(defaultPort) ? "" : `:${Number(port)}`;
  const address = `${scheme}://${userPart}${host.toLowerCase()}${portPart}${path.replace(/\/+$/, "")}`;
  return { kind: scheme, address, canonical: address, display: address };
}

function scpRepository(repo: string): RepositoryUrl {
  const [, user, host = "", path = ""] = /^(?:([^@:/]*)@)?([^@:/]*):(.*)$/.exec(repo) ?? [];
  if (/^[^@/]*:[^/]*@/.test(repo)) throw credentials();
  if (user !== undefined && !userName.test(user)) throw denied("has a user name that could be an option");
  if (!hostName.test(host)) throw denied("has a host name that is not one");
  checkPath(path.replace(/^\//, ""));
  const address = `${user === undefined ? "" : `${user}@`}${host.toLowerCase()}:${path.replace(/\/+$/, "")}`;
  return { kind: "ssh", address, canonical: address, display: address };
}

/** @param path Without its leading slash. */
function checkPath(path: string): void {
  if (path.replace(/\/+$/, "") === "") throw invalid("names no repository after the host");
  if (path.startsWith("-")) throw invalid("has a path that begins with a dash");
  if (/[?#]/.test(path)) throw invalid("has a query or a fragment");
  if (path.includes("\\")) throw invalid("has a backslash");
  if (path.split("/").some((segment) => /^(\.|%2e){1,2}$/i.test(segment))) throw invalid('has a "." or ".." segment');
}

// The address itself is not repeated in messages: whatever is wrong with it may be a secret.
function invalid(what: string): Error {
  return failure("GIT_URL_INVALID", `The repository address ${what}.`, allowed);
}

function denied(what: string): Error {
  return failure("GIT_URL_DENIED", `The repository address ${what}; allowed are https and ssh.`, allowed);
}

function credentials(): Error {
  return failure(
    "GIT_URL_INVALID",
    "The repository address has credentials in it, where logs and caches would keep them.",
    "Remove everything before the @ and let a Git credential helper, GIT_ASKPASS or an SSH agent supply them.",
  );
}
