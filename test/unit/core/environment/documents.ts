import { buildEnvironment, type LoadedEnvironment, type LoadOptions } from "../../../../core/environment/load.ts";
import { readYaml } from "../../../../core/environment/yaml.ts";
import { DriftlessError } from "../../../../core/errors/error.ts";
import { formatPlace, type Finding } from "../../../../core/errors/finding.ts";

export const revision = "0123456789abcdef0123456789abcdef01234567";

/** Lines of a document, without the indentation of the test around it. */
export function lines(...text: readonly string[]): string {
  return `${text.join("\n")}\n`;
}

/** The top of every document: seven lines, so that what follows begins on line 8. */
export const head = lines(
  "apiVersion: driftless.dev/v1alpha1",
  "kind: Environment",
  "metadata: { name: dev }",
  "source:",
  "  repo: https://git.example.com/shop/config.git",
  `  revision: ${revision}`,
  "clusters: { main: { local: { name: dev } } }",
);

export const baseHead = lines("apiVersion: driftless.dev/v1alpha1", "kind: EnvironmentBase");

/** The environment `dev` of a text, and of a base if one is given. */
export function build(own: string, base?: string, options?: LoadOptions): LoadedEnvironment {
  const shared = base === undefined ? undefined : readYaml(base, "environments/_base.yaml");
  return buildEnvironment("dev", readYaml(own, "environments/dev.yaml"), shared, options);
}

/** Everything that is wrong with a document; none if it is right. */
export function findingsOf(own: string, base?: string): readonly Finding[] {
  try {
    build(own, base);
    return [];
  } catch (error) {
    if (error instanceof DriftlessError) return error.findings;
    throw error;
  }
}

/** Findings in short: `dev.yaml:8:3 (tenants.shop) CONFIG_INVALID`. */
export function brief(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ place, code }) =>
    `${place === undefined ? "" : formatPlace(place)} ${code}`.replace("environments/", ""),
  );
}

/** The only finding of a document. */
export function only(findings: readonly Finding[]): Finding {
  const [first, ...rest] = findings;
  if (first === undefined || rest.length > 0) throw new Error(`expected one finding, got ${JSON.stringify(findings)}`);
  return first;
}

/** Seconds of CPU that some work takes: other work on the machine does not count. */
export function cpuSeconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
