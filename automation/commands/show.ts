import { z } from "zod";
import { loadEnvironment } from "../../core/environment/load.ts";
import { failure } from "../../core/errors/error.ts";
import { defineCommand } from "../command.ts";
import { changeOf } from "../history/change.ts";
import { readHistory } from "../history/read.ts";
import { changeLines } from "../output/changes.ts";
import { recordLines } from "../output/history.ts";
import { span } from "../output/line.ts";
import { environment } from "./parameters.ts";

/** Shows one update. */
export const show = defineCommand({
  summary: "Show one update of an environment: what is known of it, and what it changed, field by field.",
  description:
    "Fields are those between its two commits, planned again with the environment document as it is now; it is said where that is not " +
    "exactly the plan that was applied.",
  arguments: [environment, { syntax: "<update>", description: "its number, as `driftless history` lists it" }],
  options: [],
  examples: ["driftless show production 42"],
  document: "HistoryEntry",
  input: z.object({
    env: z.string(),
    update: z
      .string()
      .regex(/^#?\d{1,9}$/, "An update is named by its number, such as 42")
      .transform((text) => Number(text.replace("#", ""))),
  }),
  run: async ({ env, update }, session) => {
    const { spec } = await loadEnvironment(session.project, env);
    const all = await readHistory(session, spec);
    const record = all.find(({ number }) => number === update);
    if (record === undefined) throw unknownUpdate(env, update, all.find(({ number }) => number !== undefined)?.number);
    const change = await changeOf(session, env, record);
    return {
      document: { kind: "HistoryEntry", environment: env, update: record, ...change },
      lines: [
        ...recordLines(env, record),
        ...(change.changes.length === 0 ? [] : [[], ...changeLines({ changes: change.changes }, session.io.columns)]),
        ...(change.note === undefined ? [] : [[], [span("faint", change.note)]]),
      ],
    };
  },
});

function unknownUpdate(env: string, number: number, newest: number | undefined): Error {
  const fix =
    newest === undefined
      ? `Run driftless up ${env} first.`
      : `The newest is ${newest}; driftless history ${env} lists them.`;
  return failure("UPDATE_NOT_FOUND", `The environment "${env}" has no update ${number}.`, fix);
}
