import { z } from "zod";
import { loadEnvironment } from "../../core/environment/load.ts";
import { defineCommand, type Report } from "../command.ts";
import { confirm, requireConsent } from "../confirm.ts";
import { engineOf, updateProgress } from "../engine-work.ts";
import { exitCodes } from "../exit-code.ts";
import { changeLines, summary } from "../output/changes.ts";
import { span } from "../output/line.ts";
import { environment } from "./parameters.ts";

/** Deletes everything of an environment. */
export const destroy = defineCommand({
  summary: "Delete all objects of an environment; its document and history stay.",
  arguments: [environment],
  options: [{ syntax: "--yes", description: "do not ask for the environment's name; needed where nobody can answer" }],
  examples: ["driftless destroy dev"],
  document: "Destruction",
  input: z.object({ env: z.string(), yes: z.boolean().default(false) }),
  run: async ({ env, yes }, session): Promise<Report> => {
    requireConsent(session, yes);
    const { spec } = await loadEnvironment(session.project, env);
    const engine = await engineOf(session, spec);
    const previewed = await engine.destroy({ preview: true });
    if (previewed.changes.length === 0) {
      return {
        document: { kind: "Destruction", environment: env, changes: [] },
        lines: [[`${env} holds no objects.`]],
      };
    }
    session.show([
      ...changeLines(previewed, session.io.columns),
      [],
      [span("strong", env), `: ${summary(previewed, "future")}`],
    ]);
    if (!(await confirm(session, yes, `This deletes all of it, data included.`, env))) {
      return {
        document: { kind: "Destruction", environment: env, changes: [] },
        lines: [["Nothing was deleted."]],
        exitCode: exitCodes.interrupted,
      };
    }
    const done = await engine.destroy({ onProgress: updateProgress(session, previewed.counts) });
    return {
      document: { kind: "Destruction", environment: env, changes: done.changes, seconds: done.seconds },
      lines: [[span("strong", env), `: ${summary(done, "past")} in ${Math.round(done.seconds)} s`]],
    };
  },
});
