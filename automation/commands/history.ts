import { z } from "zod";
import { loadEnvironment } from "../../core/environment/load.ts";
import { concerns } from "../../core/history/record.ts";
import { defineCommand } from "../command.ts";
import { readHistory } from "../history/read.ts";
import { historyLines } from "../output/history.ts";
import { span } from "../output/line.ts";
import { environment } from "./parameters.ts";

/** Lists the updates of an environment. */
export const history = defineCommand({
  summary: "List the updates of an environment, newest first: when, who, from which commit to which, and how it ended.",
  description:
    "Failed and interrupted updates, healings, rollbacks and destructions included. It is read from the stack's own history.",
  arguments: [environment],
  options: [
    { syntax: "--app <name>", description: "only updates that changed this application" },
    { syntax: "--limit <n>", description: "at most so many (default: 20; 0 for all)" },
  ],
  examples: ["driftless history production", "driftless history production --app checkout --limit 5"],
  document: "History",
  input: z.object({
    env: z.string(),
    app: z.string().optional(),
    limit: z
      .string()
      .regex(/^\d{1,6}$/, "--limit takes a number")
      .transform(Number)
      .default(20),
  }),
  run: async ({ env, app, limit }, session) => {
    const { spec } = await loadEnvironment(session.project, env);
    const all = await readHistory(session, spec);
    const fitting = app === undefined ? all : all.filter((each) => concerns(each, app));
    const shown = limit === 0 ? fitting : fitting.slice(0, limit);
    const left = fitting.length - shown.length;
    return {
      document: { kind: "History", environment: env, updates: shown, total: fitting.length },
      lines:
        shown.length === 0
          ? [[span("strong", env), app === undefined ? " was never updated" : ` has no update of ${app}`]]
          : [...historyLines(shown), ...(left > 0 ? [[span("faint", `and ${left} older; --limit 0 shows all`)]] : [])],
    };
  },
});
