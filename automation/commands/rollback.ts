import { z } from "zod";
import { loadEnvironment } from "../../core/environment/load.ts";
import { defineCommand, type Report } from "../command.ts";
import { requireConsent } from "../confirm.ts";
import { safetyInput, safetyOptions } from "../safety.ts";
import { environment } from "./parameters.ts";

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
      description: "also push both files to the branch driftless/rollback/<env> of the control repository, for review",
    },
    {
      syntax: "--break-glass <reason>",
      description: "go without the approvals that are missing, where approvals.breakGlass lets you; kept on record",
    },
    { syntax: "--yes", description: "do not ask; needed where nobody can answer" },
    ...safetyOptions,
  ],
  examples: [
    'driftless rollback production --reason "checkout fails"',
    'driftless rollback production checkout --to 41 --reason "wrong prices" --yes',
  ],
  document: "Rollback",
  input: z.object({
    env: z.string(),
    app: z.string().optional(),
    to: z.string().optional(),
    reason: z
      .string({ error: "--reason is missing: say why, for whoever wants to bring it back" })
      .min(1, "The reason is empty")
      .max(500, "The reason is longer than 500 characters"),
    block: z.boolean().default(true),
    apply: z.boolean().default(true),
    review: z.boolean().default(false),
    breakGlass: z.string().min(10, "--break-glass takes a reason of at least 10 letters").max(500).optional(),
    yes: z.boolean().default(false),
    ...safetyInput,
  }),
  run: async ({ env, app, to, reason, block, apply, review, yes, ...flags }, session): Promise<Report> => {
    requireConsent(session, yes);
    const loaded = await loadEnvironment(session.project, env);
    const { rollBack } = await import("../rollback/roll-back.ts");
    return rollBack(session, loaded, { application: app, to, reason, block, apply, review, yes, flags });
  },
});
