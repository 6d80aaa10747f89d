import { z } from "zod";
import { loadEnvironment } from "../../core/environment/load.ts";
import { DriftlessError, failure } from "../../core/errors/error.ts";
import { quote } from "../../core/errors/quote.ts";
import { isOurManager } from "../../core/plan/owned.ts";
import { clusterContext } from "../cluster-access.ts";
import { defineCommand, type Report } from "../command.ts";
import { confirm, declined, requireConsent } from "../confirm.ts";
import { FailedCommand } from "../failed-command.ts";
import { withFolders } from "../folder-sets.ts";
import { claimLines, claimsField, managerLines } from "../output/takeover.ts";
import { count } from "../output/text.ts";
import type { Claims } from "../takeover/find.ts";
import { environment } from "./parameters.ts";

/** Ends what another tool still claims of objects that an environment has adopted. */
export const takeover = defineCommand({
  summary:
    "End the claims of the tool that applied adopted objects before, so that their fields can change without force.",
  description:
    "The API server remembers every field manager of an object. Of one that is gone for good, each field that changes is a FIELD_CONFLICT, " +
    "until its claims end. No field of any object changes. Without --from: who else claims fields of the objects of the environment.",
  arguments: [environment],
  options: [
    {
      syntax: "--from <manager...>",
      description: "field manager whose claims end, such as argocd-controller; may be repeated",
    },
    { syntax: "--dry-run", description: "only show the objects" },
    { syntax: "--yes", description: "do not ask; needed where nobody can answer" },
  ],
  examples: [
    "driftless takeover dev",
    "driftless takeover dev --from argocd-controller --dry-run",
    "driftless takeover production --from kustomize-controller --from helm-controller",
  ],
  document: "Takeover",
  input: z.object({
    env: z.string(),
    from: z.array(z.string().min(1)).default([]),
    dryRun: z.boolean().default(false),
    yes: z.boolean().default(false),
  }),
  run: async ({ env, from, dryRun, yes }, session): Promise<Report> => {
    const shows = dryRun || from.length === 0;
    requireConsent(session, yes || shows);
    const ours = from.find(isOurManager);
    if (ours !== undefined)
      throw failure("USAGE", `${quote(ours)} is how Driftless itself applies objects.`, "Leave it out.");
    const { spec } = await withFolders(session, await loadEnvironment(session.project, env));
    const { findClaims } = await import("../takeover/find.ts");
    session.progress.detail("asking the clusters");
    const all = await findClaims(spec, clusterContext(session, env));
    const document = { kind: "Takeover", environment: env, from } as const;
    if (from.length === 0)
      return { document: { ...document, ...claimsField(all), ended: 0 }, lines: managerLines(env, all) };

    const claims = {
      ...all,
      objects: all.objects.filter(({ managers }) => managers.some((name) => from.includes(name))),
    };
    const field = claimsField(claims);
    session.show(claimLines(claims, from));
    const what = `${from.join(" and ")} on ${count(claims.objects.length, "object")}`;
    if (claims.objects.length === 0) return nothing(env, from, all, { ...document, ...field, ended: 0 });
    if (dryRun) {
      return {
        document: { ...document, ...field, ended: 0 },
        lines: [[`The claims of ${what} of ${env} would end. Nothing was changed.`]],
      };
    }
    const question = `This ends the claims of ${what} of ${env}, and changes no field of them.`;
    if (!(await confirm(session, yes, question, "yes")))
      return declined({ ...document, ...field, ended: 0 }, "changed");
    const { endAllClaims } = await import("../takeover/end.ts");
    const [first, ...rest] = await endAllClaims(claims.objects, new Set(from));
    const refused = first === undefined ? 0 : 1 + rest.length;
    const ended = claims.objects.length - refused;
    const lines = [[`The claims of ${from.join(" and ")} on ${count(ended, "object")} of ${env} have ended.`]];
    if (first === undefined) return { document: { ...document, ...field, ended }, lines };
    const report = { document: { environment: env, from, ...field, ended }, lines };
    throw new FailedCommand(new DriftlessError([first, ...rest]), report);
  },
});

/** It was done already, or the name is another. */
function nothing(env: string, from: readonly string[], all: Claims, document: Report["document"]): Report {
  const lines = [
    [`${from.join(" and ")} ${from.length === 1 ? "claims" : "claim"} no field of the objects of ${env}.`],
  ];
  const others = all.objects.length === 0 ? [] : [[], ...managerLines(env, all)];
  return { document, lines: [...lines, ...others] };
}
