import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { PackEntry } from "../../core/environment/schema/policy.ts";
import type { EnvironmentSpec } from "../../core/environment/spec.ts";
import { packFolder, packTitle } from "../../core/policy/pack-entry.ts";
import { failure, type DriftlessError } from "../../core/errors/error.ts";

/** The policy packs of a run, as the engine takes them. */
export interface PolicyPacks {
  /** Absolute paths. */
  readonly packs: readonly string[];
  /** One file of settings per pack, in the same order. */
  readonly configs: readonly string[];
  /** Removes the files of settings. */
  dispose(): Promise<void>;
}

/** Finds the packs and writes their settings for the engine. Throws POLICY_UNAVAILABLE. */
export async function preparePolicy(policy: EnvironmentSpec["policy"], project: string): Promise<PolicyPacks> {
  const packs = policy.packs.map((pack) => resolve(project, packFolder(pack)));
  for (const [at, pack] of packs.entries()) {
    const isFolder = await stat(join(pack, "PulumiPolicy.yaml")).then(
      (entry) => entry.isFile(),
      () => false,
    );
    if (!isFolder) throw unavailable(policy.packs[at], "is not a policy pack: it has no PulumiPolicy.yaml");
  }
  const folder = await mkdtemp(join(tmpdir(), "driftless-"));
  const config = join(folder, "policy.json");
  await writeFile(config, JSON.stringify(policy.config), { mode: 0o600 });
  return {
    packs,
    configs: packs.map(() => config),
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
}

/**
 * Fails unless the engine's summary names every pack: a run without them is worth nothing. The summary's keys are
 * `<name>|local|<path>`. Throws POLICY_UNAVAILABLE.
 */
export function requirePacks(
  policy: EnvironmentSpec["policy"],
  packs: readonly string[],
  ran: Readonly<Record<string, string>> | undefined,
): void {
  const paths = new Set(Object.keys(ran ?? {}).map((key) => key.split("|").slice(2).join("|")));
  const missing = packs.findIndex((pack) => !paths.has(pack));
  if (missing !== -1) throw unavailable(policy.packs[missing], "did not run");
}

/** Name and version of each pack of a summary. */
export function packVersions(ran: Readonly<Record<string, string>> | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(ran ?? {}).map(([key, version]) => [key.split("|")[0] ?? key, version]));
}

function unavailable(pack: PackEntry | undefined, problem: string): DriftlessError {
  return failure(
    "POLICY_UNAVAILABLE",
    `The policy pack "${pack === undefined ? "" : packTitle(pack)}" ${problem}.`,
    "Mend the pack, or policy.packs of the environment: nothing is applied without it.",
  );
}
