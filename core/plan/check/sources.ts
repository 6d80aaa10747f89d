import { posix } from "node:path";
import type { ApplicationSpec, EnvironmentSpec, TenantSpec } from "../../environment/spec.ts";
import type { Finding, Place } from "../../errors/finding.ts";
import { quote } from "../../errors/quote.ts";
import { mountOf } from "../../git/remote-base.ts";

/** What an application is made of. */
export interface Sources {
  readonly name: string;
  readonly application: ApplicationSpec;
  readonly tenant: TenantSpec;
  readonly source: EnvironmentSpec["source"];
  /** Every file that its rendering depends on, from the root of the source. */
  readonly files: readonly string[];
  readonly locate: (path: readonly string[]) => Place;
}

/** Files named in one message. */
const mostNamed = 5;

/** What an application reads that its tenant may not: folders of the source, other repositories, chart repositories. */
export function checkSources(sources: Sources): readonly Finding[] {
  return [...checkPaths(sources), ...checkRepositories(sources)];
}

function checkPaths({ name, application, tenant, source, files, locate }: Sources): readonly Finding[] {
  const { paths } = tenant.allow;
  if (paths === undefined) return [];
  const bases = source.remoteBases.map((base) => mountOf(base).folder);
  const folders = paths.map((path) => posix.join(source.path, path));
  const outside = files.filter(
    (file) => !bases.some((folder) => isBelow(file, folder)) && !folders.some((folder) => isBelow(file, folder)),
  );
  if (outside.length === 0) return [];
  const more = outside.length > mostNamed ? ` and ${outside.length - mostNamed} more` : "";
  const named = outside.slice(0, mostNamed).map((file) => quote(file));
  return [
    {
      code: "SCOPE_DENIED",
      severity: "error",
      message: `Application "${name}" reads ${named.join(", ")}${more}, where tenant "${application.tenant}" may read ${listOf(paths)}.`,
      place: locate(["applications", name, "path"]),
      fix: `Move it there, or add its folder to tenants.${application.tenant}.allow.paths.`,
    },
  ];
}

function checkRepositories({ name, application, tenant, source, files, locate }: Sources): readonly Finding[] {
  const { repos } = tenant.allow;
  if (repos === undefined) return [];
  const { helm } = application;
  const place = ["applications", name];
  const used: readonly { readonly repo: string; readonly path: readonly string[] }[] = [
    ...source.remoteBases
      .filter((base) => files.some((file) => isBelow(file, mountOf(base).folder)))
      .map(({ repo }) => ({ repo, path: [...place, "path"] })),
    ...(helm?.chart === undefined
      ? []
      : [{ repo: helm.chart.repository, path: [...place, "helm", "chart", "repository"] }]),
    ...(helm?.repositories ?? []).map((repo, at) => ({ repo, path: [...place, "helm", "repositories", String(at)] })),
  ];
  return used
    .filter(({ repo }) => !repos.some((allowed) => isBelow(plain(repo), plain(allowed))))
    .map(({ repo, path }) => ({
      code: "SCOPE_DENIED",
      severity: "error",
      message: `Application "${name}" uses ${quote(repo)}, where tenant "${application.tenant}" may use ${listOf(repos)}.`,
      place: locate(path),
      fix: `Take it from there, or add it to tenants.${application.tenant}.allow.repos.`,
    }));
}

function isBelow(path: string, folder: string): boolean {
  const plainFolder = folder.replace(/\/+$/, "");
  return plainFolder === "." || path === plainFolder || path.startsWith(`${plainFolder}/`);
}

/** Addresses of one repository are often written with or without a user, `.git` and a slash. */
function plain(repo: string): string {
  const [, scheme = "", rest = ""] = /^([a-z]+:\/\/)(?:[^@/]*@)?(.*)$/i.exec(repo) ?? ["", "", repo];
  return `${scheme.toLowerCase()}${rest.replace(/\/+$/, "").replace(/\.git$/, "")}`;
}

function listOf(texts: readonly string[]): string {
  return texts.length === 0 ? "none" : texts.map((text) => quote(text)).join(", ");
}
