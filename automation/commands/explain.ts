import { z } from "zod";
import { describeProvenance, type Explanation } from "../../core/environment/explain.ts";
import { loadEnvironment, type LoadedEnvironment } from "../../core/environment/load.ts";
import { enumerate } from "../../core/environment/text.ts";
import { DriftlessError } from "../../core/errors/error.ts";
import { formatPlace } from "../../core/errors/finding.ts";
import { openSource } from "../../core/git/source.ts";
import type { OpenedSource } from "../../core/git/tree.ts";
import { defineCommand } from "../command.ts";
import { columns } from "../output/columns.ts";
import { formatValue } from "../output/field.ts";
import { span, type Line } from "../output/line.ts";
import { memberText } from "../output/text.ts";
import type { Session } from "../session.ts";
import { environment } from "./parameters.ts";

/** Says who set each value of an environment. */
export const explain = defineCommand({
  summary: "Say who set a value of an environment, and where.",
  description:
    "Applications that a set makes of folders are known from the source at the pin; where that cannot be read, they are left out.",
  arguments: [
    environment,
    { syntax: "[path]", description: "a value or a part, such as applications.storefront (default: everything)" },
  ],
  options: [],
  examples: ["driftless explain dev applications.storefront.namespace", "driftless explain dev"],
  document: "Explanation",
  input: z.object({ env: z.string(), path: z.string().default("") }),
  run: async ({ env, path }, session) => {
    const values = (await expanded(await loadEnvironment(session.project, env), session)).explain(path);
    return { document: { kind: "Explanation", environment: env, values }, lines: columns(values.map(row)) };
  },
});

/** The environment with what its sets make of folders, as far as they can be read. */
async function expanded(
  environment: LoadedEnvironment,
  { io, project, progress }: Session,
): Promise<LoadedEnvironment> {
  if (environment.waiting.length === 0) return environment;
  let opened: OpenedSource;
  try {
    opened = await openSource(environment.spec.source, { project, cache: io.cache, env: io.env, signal: io.signal });
  } catch (error) {
    if (!(error instanceof DriftlessError) || error.code === "INTERRUPTED") throw error;
    const sets = enumerate(environment.waiting, "and");
    progress.note(`without the applications of ${sets}: the source cannot be read (${error.code})`);
    return environment;
  }
  return environment.withSource(opened.tree);
}

function row({ path, value, setBy, madeBy, overrode }: Explanation): Line[] {
  const over =
    overrode === undefined ? "" : `, instead of ${formatValue(overrode.value)} (${formatPlace(overrode.place)})`;
  const by = madeBy === undefined ? "" : `, ${memberText(madeBy)}`;
  return [[span("strong", path)], [formatValue(value)], [span("faint", describeProvenance(setBy) + over + by)]];
}
