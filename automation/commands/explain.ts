import { z } from "zod";
import { describeProvenance, type Explanation } from "../../core/environment/explain.ts";
import { loadEnvironment } from "../../core/environment/load.ts";
import { formatPlace } from "../../core/errors/finding.ts";
import { defineCommand } from "../command.ts";
import { columns } from "../output/columns.ts";
import { formatValue } from "../output/field.ts";
import { span, type Line } from "../output/line.ts";
import { environment } from "./parameters.ts";

/** Says who set each value of an environment. */
export const explain = defineCommand({
  summary: "Say who set a value of an environment, and where.",
  arguments: [
    environment,
    { syntax: "[path]", description: "a value or a part, such as applications.storefront (default: everything)" },
  ],
  options: [],
  examples: ["driftless explain dev applications.storefront.namespace", "driftless explain dev"],
  document: "Explanation",
  input: z.object({ env: z.string(), path: z.string().default("") }),
  run: async ({ env, path }, { project }) => {
    const values = (await loadEnvironment(project, env)).explain(path);
    return { document: { kind: "Explanation", environment: env, values }, lines: columns(values.map(row)) };
  },
});

function row({ path, value, setBy, overrode }: Explanation): Line[] {
  const over =
    overrode === undefined ? "" : `, instead of ${formatValue(overrode.value)} (${formatPlace(overrode.place)})`;
  return [[span("strong", path)], [formatValue(value)], [span("faint", describeProvenance(setBy) + over)]];
}
