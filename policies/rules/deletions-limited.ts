import { z } from "zod";
import { limitOf } from "../../core/safety/limit.ts";
import { runRule } from "../rule.ts";

const operation = z.enum(["preview", "up", "destroy", "heal"]);
const limit = z.union([z.int().min(0), z.string().regex(/^(100|[1-9]?[0-9])%$/)]);
const count = "A count, or a percentage of the objects that there were, never less than 3 unless it is 0%.";

export const deletionsLimited = runRule({
  name: "deletions-limited",
  description: "No run deletes or replaces more than a limit that nobody can lift for a single run.",
  remediation: "Split the change into several runs, or review the limit together with what goes.",
  severity: "high",
  // Every environment has `safety.maxDeletions`, which `--allow-deletions` lifts; this is a ceiling above it.
  level: "disabled",
  links: [],
  settings: z.strictObject({
    maxDeletions: limit.default("25%").describe(`How many objects a run may delete. ${count}`),
    maxReplacements: limit.default("25%").describe(`How many it may delete and make again. ${count}`),
    operations: z.array(operation).default(["preview", "up", "heal"]).describe("Which runs have the limit."),
  }),
  check: (run, { maxDeletions, maxReplacements, operations }) => {
    if (!operations.includes(run.operation)) return [];
    const over = (control: "deletions" | "replacements", setting: number | string) => {
      const [found, most] = [run[control].length, limitOf(setting, run.objects)];
      if (found <= most) return [];
      const allowed = typeof setting === "number" ? `${most}` : `${most} (${setting} of ${run.objects})`;
      const what = found === 1 ? control.slice(0, -1) : control;
      return [{ message: `${found} ${what}, allowed: ${allowed}`, control }];
    };
    return [...over("deletions", maxDeletions), ...over("replacements", maxReplacements)];
  },
});
