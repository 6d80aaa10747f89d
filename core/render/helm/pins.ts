import semver from "semver";
import { errorFinding, type Finding } from "../../errors/finding.ts";
import { quote } from "../../errors/quote.ts";
import { isJsonObject, isList, record } from "../../manifest/json.ts";
import { readYaml } from "../../manifest/yaml.ts";
import type { PinnedChart } from "../options.ts";
import type { Dependency } from "./chart.ts";

/** File beside Chart.lock that says what archives must be: `<name>-<version>: sha256:<hex>`. */
export const digestsFile = "Chart.digests.yaml";

/** What says which chart a dependency is, all of it in the environment document or in the commit. */
export interface PinSources {
  /** Repositories that the environment document lists. */
  readonly repositories: readonly string[];
  /** Texts of Chart.lock and of the file with the digests, if they are there, and what they are called. */
  readonly lock: string | undefined;
  readonly lockFile: string;
  readonly digests: string | undefined;
  readonly digestsFile: string;
  /** Folder of the chart. */
  readonly folder: string;
}

/** The one chart that a dependency can mean, or why there is none. */
export function pinDependency(dependency: Dependency, sources: PinSources): PinnedChart | Finding {
  const { name, repository, place } = dependency;
  const { folder } = sources;
  const vendor = `run \`helm dependency update ${folder}\` and commit charts/`;
  if (!/^(https|oci):\/\//.test(repository) || !sources.repositories.some((listed) => isSame(listed, repository))) {
    const message = `The chart depends on ${quote(name)} of ${quote(repository)}, which this application may not fetch from.`;
    const fix = `List the repository in \`helm.repositories\` of the application (https:// or oci://), or ${vendor}.`;
    return errorFinding("CHART_DENIED", message, fix, place);
  }
  const version = lockedVersion(dependency, sources);
  if (version === undefined) {
    const message = `${quote(sources.lockFile)} does not say which version of ${quote(name)} is meant.`;
    return errorFinding(
      "CHART_UNPINNED",
      message,
      `Run \`helm dependency update ${folder}\` and commit Chart.lock.`,
      place,
    );
  }
  const range = dependency.version.replaceAll(",", " ");
  if (
    semver.validRange(range) !== null &&
    !semver.satisfies(version, range, { includePrerelease: true, loose: true })
  ) {
    const message = `${quote(sources.lockFile)} pins ${name} ${version}, which ${quote(dependency.version)} does not allow.`;
    return errorFinding(
      "CHART_UNPINNED",
      message,
      `Run \`helm dependency update ${folder}\` and commit Chart.lock.`,
      place,
    );
  }
  const digest = readMap(sources.digests, sources.digestsFile)[`${name}-${version}`];
  if (typeof digest === "string" && /^sha256:[0-9a-f]{64}$/.test(digest)) return { repository, name, version, digest };
  const message = `${quote(sources.digestsFile)} does not say what the archive of ${name} ${version} must be.`;
  const fix = `Look at the archive (\`${pullCommand(repository, name, version)}\`) and add "${name}-${version}: sha256:<its sha256sum>".`;
  return errorFinding("CHART_UNPINNED", message, fix, place);
}

/** The version that Chart.lock names for exactly this name and repository. */
function lockedVersion({ name, repository }: Dependency, { lock, lockFile }: PinSources): string | undefined {
  const locked = readMap(lock, lockFile)["dependencies"];
  const entry = (isList(locked) ? locked : [])
    .map(record)
    .find(
      (item) =>
        item["name"] === name && typeof item["repository"] === "string" && isSame(item["repository"], repository),
    );
  const version = entry?.["version"];
  return typeof version === "string" && semver.valid(version, { loose: true }) !== null ? version : undefined;
}

function isSame(one: string, other: string): boolean {
  return one.replace(/\/+$/, "") === other.replace(/\/+$/, "");
}

function readMap(text: string | undefined, file: string) {
  const [document] = text === undefined ? [] : readYaml(text, file);
  return isJsonObject(document?.value) ? document.value : {};
}

function pullCommand(repository: string, name: string, version: string): string {
  const base = repository.replace(/\/+$/, "");
  return base.startsWith("oci://")
    ? `helm pull ${base}/${name} --version ${version}`
    : `helm pull ${name} --repo ${base} --version ${version}`;
}
