import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { failure, type DriftlessError } from "../../core/errors/error.ts";
import { quote } from "../../core/errors/quote.ts";
import type { EnginePolicy } from "./types.ts";

/** The policy packs of a run, as the engine takes them. */
export interface PolicyPacks {
  /** Absolute paths. */
  readonly packs: readonly string[];
  /** One file of settings per pack, in the same order. */
  readonly configs: readonly string[];
  /** Removes the files of settings. */
  dispose(): Promise<void>;
}

/** Finds the packs and writes the settings of each for the engine. Throws POLICY_UNAVAILABLE. */
export async function preparePolicy({ packs }: EnginePolicy): Promise<PolicyPacks> {
  for (const { title, folder } of packs) {
    const isFolder = await stat(join(folder, "PulumiPolicy.yaml")).then(
      (entry) => entry.isFile(),
      () => false,
    );
    if (!isFolder) throw unavailable(title, "is not a policy pack: it has no PulumiPolicy.yaml");
  }
  const folder = await mkdtemp(join(tmpdir(), "driftless-"));
  const configs = packs.map((_, at) => join(folder, `policy-${at}.json`));
  await Promise.all(
    packs.map(({ settings }, at) => writeFile(configs[at] ?? "", JSON.stringify(settings), { mode: 0o600 })),
  );
  return {
    packs: packs.map((pack) => pack.folder),
    configs,
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
}

/**
 * Fails unless the engine's summary names every pack: a run without them is worth nothing. The summary's keys are
 * `<name>|local|<path>`. Throws POLICY_UNAVAILABLE.
 */
export function requirePacks({ packs }: EnginePolicy, ran: Readonly<Record<string, string>> | undefined): void {
  const paths = new Set(Object.keys(ran ?? {}).map((key) => key.split("|").slice(2).join("|")));
  const missing = packs.find(({ folder }) => !paths.has(folder));
  if (missing !== undefined) throw unavailable(missing.title, "did not run");
}

/** Name and version of each pack of a summary. */
export function packVersions(ran: Readonly<Record<string, string>> | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(ran ?? {}).map(([key, version]) => [key.split("|")[0] ?? key, version]));
}

function unavailable(pack: string, problem: string): DriftlessError {
  return failure(
    "POLICY_UNAVAILABLE",
    `The policy pack ${quote(pack)} ${problem}.`,
    "Mend the pack, or policy.packs of the environment: nothing is applied without it.",
  );
}
