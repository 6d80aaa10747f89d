import { z } from "zod";
import { loadEnvironment } from "../../core/environment/load.ts";
import { failure } from "../../core/errors/error.ts";
import { defineCommand } from "../command.ts";
import { requireConsent } from "../confirm.ts";
import { safetyInput, safetyOptions } from "../safety.ts";
import { breakGlass, breakGlassInput, environment } from "./parameters.ts";

/** Goes back to what was good. */
export const rollback = defineCommand({
  summary: "Go back to the last good commit, keep the bad one out, and apply that.",
  description:
    "Pins the last commit whose update succeeded and was healthy, puts the present one on the block list " +
    "(environments/_blocked.yaml), and applies it; commit both files. The block list holds until `driftless unblock`. With an " +
    "application, only that one goes back: by a commit on top of the pin that restores its files, pushed to a branch for review. " +
    "What the mirror holds is applied even while Git is down.",
  arguments: [environment, { syntax: "[app]", description: "only this application; all others stay as they are" }],
  options: [
    {
      syntax: "--to <what>",
      description: "full id of a commit, or the number of an update (default: the last good one)",
    },
    { syntax: "--reason <text>", description: "why; stands in the block list, in the history and in the commit" },
    { syntax: "--no-block", description: "do not keep the present commit out" },
    { syntax: "--no-apply", description: "only change the files; run up yourself" },
    {
      syntax: "--review",
      description:
        "push both files to the branch driftless/rollback/<env> of the control repository, with a pull request, for review; here they stay as they were",
    },
    {
      syntax: "--direct",
      description:
        "commit both files to the branch of the control repository itself, where promotion.direct allows it; here they stay as they were",
    },
    {
      syntax: "--reconcile",
      description: "roll nothing back: bring into Git what was rolled back and is not there, for review or --direct",
    },
    breakGlass,
    { syntax: "--yes", description: "do not ask; needed where nobody can answer" },
    ...safetyOptions,
  ],
  examples: [
    'driftless rollback production --reason "checkout fails"',
    'driftless rollback production checkout --to 41 --reason "wrong prices" --yes',
    "driftless rollback production --reconcile",
  ],
  document: "Rollback",
  input: z.object({
    env: z.string(),
    app: z.string().optional(),
    to: z.string().optional(),
    reason: z.string().min(1, "The reason is empty").max(500, "The reason is longer than 500 characters").optional(),
    block: z.boolean().default(true),
    apply: z.boolean().default(true),
    review: z.boolean().default(false),
    direct: z.boolean().default(false),
    reconcile: z.boolean().default(false),
    breakGlass: breakGlassInput,
    yes: z.boolean().default(false),
    ...safetyInput,
  }),
  run: async ({ env, app, to, reason, block, apply, review, direct, reconcile, yes, ...flags }, session) => {
    if (review && direct)
      throw failure("USAGE", "--review and --direct are one or the other.", "Leave one of them out.");
    const publish = direct ? "direct" : review ? "review" : undefined;
    if (reconcile) {
      if (app !== undefined || to !== undefined || reason !== undefined || !block || !apply)
        throw failure(
          "USAGE",
          "--reconcile takes --review, --direct and --yes, and nothing else.",
          "Leave the rest out.",
        );
      requireConsent(session, yes);
      const { reconcile: bringIntoGit } = await import("../rollback/reconcile.ts");
      return bringIntoGit(session, await loadEnvironment(session.project, env), { mode: publish ?? "review", yes });
    }
    if (reason === undefined)
      throw failure("USAGE", "--reason is missing.", "Say why, for whoever wants to bring it back.");
    requireConsent(session, yes);
    const loaded = await loadEnvironment(session.project, env);
    const { rollBack } = await import("../rollback/roll-back.ts");
    return rollBack(session, loaded, { application: app, to, reason, block, apply, publish, yes, flags });
  },
});
