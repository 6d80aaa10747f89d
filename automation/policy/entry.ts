import { readFile, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parse } from "yaml";
import { z } from "zod";
import { failure, type DriftlessError } from "../../core/errors/error.ts";
import { quote } from "../../core/errors/quote.ts";
import { ignore } from "../../core/errors/system-error.ts";

const runtime = z.union([z.string(), z.looseObject({ name: z.string() }).transform(({ name }) => name)]);
const projectFile = z.looseObject({ runtime, main: z.string().nullish() });
const packageFile = z.looseObject({
  main: z.string().nullish(),
  driftless: z.looseObject({ plain: z.boolean().default(false) }).optional(),
});

/** How a pack is started. */
export interface PackEntry {
  /** URL of its first file. */
  readonly url: string;
  /** See `PackInfo.plain`. */
  readonly plain: boolean;
}

/**
 * The file that the engine would start for a pack.
 * @param folder Absolute path.
 * @throws POLICY_UNAVAILABLE
 */
export async function packEntry(folder: string, title: string): Promise<PackEntry> {
  const project = await readFile(join(folder, "PulumiPolicy.yaml"), "utf8").catch(ignore("ENOENT", "ENOTDIR"));
  if (project === undefined && (await stat(folder).catch(ignore("ENOENT"))) === undefined) {
    throw unavailable(title, "does not exist");
  }
  if (project === undefined) throw unavailable(title, "is not a policy pack: it has no PulumiPolicy.yaml");
  const settings = read(() => projectFile.parse(parse(project)));
  if (settings === undefined) throw unavailable(title, "has a PulumiPolicy.yaml that Pulumi could not read");
  if (settings.runtime !== "nodejs") {
    throw unavailable(title, `is written for ${quote(settings.runtime)}; only packs for nodejs can run`);
  }
  const manifest = await readFile(join(folder, "package.json"), "utf8").catch(ignore("ENOENT"));
  const { main, driftless } = read(() => packageFile.parse(JSON.parse(manifest ?? "{}"))) ?? {};
  const found = resolveEntry(folder, settings.main ?? main ?? "index");
  if (found === undefined) throw unavailable(title, "has no file to start with");
  return { url: pathToFileURL(found).href, plain: driftless?.plain ?? false };
}

/** POLICY_UNAVAILABLE: nothing is applied without its policy. */
export function unavailable(title: string, problem: string, cause?: unknown): DriftlessError {
  return failure(
    "POLICY_UNAVAILABLE",
    `The policy pack ${quote(title)} ${problem}.`,
    "Mend the pack, or policy.packs of the environment: nothing is applied without it.",
    { cause },
  );
}

function resolveEntry(folder: string, main: string): string | undefined {
  const { resolve } = createRequire(join(folder, "package.json"));
  const candidates = [main, `${main}.ts`, join(main, "index"), join(main, "index.ts")];
  return candidates.map((each) => read(() => resolve(join(folder, each)))).find((found) => found !== undefined);
}

/** What `work` gives, or undefined if it fails. */
function read<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
