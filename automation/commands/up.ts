import { z } from "zod";
import { failure } from "../../core/errors/error.ts";
import { defineCommand, type Report } from "../command.ts";
import { requireConsent } from "../confirm.ts";
import { safetyInput, safetyOptions } from "../safety.ts";
import { bringUp } from "../update/bring-up.ts";
import { acceptCluster, breakGlass, breakGlassInput, environment, markdown, refresh } from "./parameters.ts";

/** Brings an environment to its pin. */
export const up = defineCommand({
  summary: "Preview, ask, apply exactly what was previewed, and wait until it is healthy.",
  description:
    "If anything that decides the result moves between the preview and the update, nothing is applied (PLAN_STALE). " +
    "What does not depend on a failure goes on. A pin that moves ends the wait for the old one (SUPERSEDED).",
  arguments: [environment],
  options: [
    { syntax: "--yes", description: "do not ask; needed where nobody can answer" },
    refresh,
    acceptCluster,
    {
      syntax: "--heal",
      description:
        "only put back what has drifted since the last update, whatever drift.heal says but off; applies nothing new",
    },
    { syntax: "--wait", description: "wait until everything is healthy, in order (default)" },
    { syntax: "--no-wait", description: "apply all of it at once; the next update waits for it" },
    breakGlass,
    ...safetyOptions,
    markdown,
  ],
  examples: ["driftless up dev", "driftless up production --yes --markdown", "driftless up dev --heal"],
  document: "Update",
  input: z.object({
    env: z.string(),
    yes: z.boolean().default(false),
    refresh: z.boolean().default(false),
    heal: z.boolean().default(false),
    wait: z.boolean().default(true),
    breakGlass: breakGlassInput,
    acceptCluster: z.array(z.string()).default([]),
    ...safetyInput,
  }),
  run: async ({ env, yes, refresh, heal, wait, acceptCluster: accepted, ...flags }, session): Promise<Report> => {
    requireConsent(session, yes);
    if (heal) {
      if (flags.breakGlass !== undefined)
        throw failure("USAGE", "--heal needs no approvals.", "Leave --break-glass out.");
      if (refresh || !wait || accepted.length > 0)
        throw failure("USAGE", "--heal takes none of --refresh, --no-wait and --accept-cluster.", healFix);
      const { healOnRequest } = await import("./up-heal.ts");
      return healOnRequest(session, env, { yes, flags });
    }
    return bringUp(session, env, { yes, refresh, wait, accepted, flags });
  },
});

const healFix = "It compares what has drifted with the clusters anyway, and waits until it is healthy.";
