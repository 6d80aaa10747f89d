import type { ForgesSpec } from "../../core/environment/spec.ts";
import { failure } from "../../core/errors/error.ts";
import { quote } from "../../core/errors/quote.ts";
import type { RepositoryUrl } from "../../core/git/url.ts";
import type { ForgeAddress, ForgeKind } from "./forge.ts";

/** Hosts that everybody knows. */
const known: Readonly<Record<string, ForgeKind>> = {
  "github.com": "github",
  "gitlab.com": "gitlab",
  "codeberg.org": "gitea",
  "gitea.com": "gitea",
};

/**
 * On which forge a repository is: what the document says of its host, else what is known of it.
 * @throws FORGE_UNKNOWN for a host of which nothing is known; GIT_URL_INVALID for a path that is none of a repository.
 */
export function forgeAddress(url: RepositoryUrl, forges: ForgesSpec): ForgeAddress {
  if (url.kind === "local") return { kind: "plain", url: "", path: "", display: url.display };
  const { host, path } = partsOf(url.address);
  const hostName = host.replace(/:[0-9]+$/, "");
  const said = forges[host] ?? forges[hostName];
  const kind = said?.kind ?? known[hostName];
  if (kind === undefined) {
    throw failure(
      "FORGE_UNKNOWN",
      `Nothing says which forge ${quote(host)} is.`,
      `Write \`forges: { ${JSON.stringify(host)}: { kind: gitea } }\` (github, gitlab, gitea, forgejo; plain for a branch without a pull request) in environments/_base.yaml.`,
    );
  }
  // An SSH port is none of the web server's.
  const base = said?.url ?? `https://${url.kind === "https" ? host : hostName}`;
  const display = `${url.kind === "https" ? host : hostName}/${path}`;
  const labels = said?.labels === undefined ? {} : { labels: said.labels };
  const named = kind === "forgejo" ? "gitea" : kind;
  const address = { kind: named, url: base.replace(/\/+$/, ""), path, display, ...labels } as const;
  const segments = path.split("/").length;
  if (address.kind === "plain" || (address.kind === "gitlab" ? segments >= 2 : segments === 2)) return address;
  throw failure(
    "GIT_URL_INVALID",
    `${quote(path)} is no repository of a forge.`,
    "Its address ends in the owner's name and the repository's, as in https://git.example.com/platform/config.git.",
  );
}

/** Host with port and path of an address that `parseRepositoryUrl` let through. */
function partsOf(address: string): { readonly host: string; readonly path: string } {
  const [, scheme, scpHost, rest = ""] = /^(?:[a-z]+:\/\/|()(?:[^@/]*@)?([^:/]+):)(.*)$/.exec(address) ?? [];
  const text = scheme === undefined ? rest.replace(/^[^@/]*@/, "") : `${scpHost ?? ""}/${rest}`;
  const slash = text.indexOf("/");
  const path = text
    .slice(slash)
    .replace(/^\/+/, "")
    .replace(/\/+$/, "")
    .replace(/\.git$/, "");
  return { host: text.slice(0, slash), path: decoded(path) };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return path;
    throw error;
  }
}
