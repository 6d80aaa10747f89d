import { z } from "zod";
import { loadEnvironment } from "../../core/environment/load.ts";
import { failure } from "../../core/errors/error.ts";
import { quote } from "../../core/errors/quote.ts";
import { confirm, requireConsent } from "../confirm.ts";
import { defineCommand, type Report } from "../command.ts";
import { exitCodes } from "../exit-code.ts";
import { acceptanceDocument, acceptanceLines, resultLines } from "../output/acceptance.ts";
import { author as authorOption, environment } from "./parameters.ts";

/** Writes what somebody has changed on the clusters back to Git. */
export const driftAccept = defineCommand({
  summary: "Write drift back to Git: as a commit on a branch of the config repository, for review.",
  description:
    "Changes the manifest, patch or kustomization that each object comes from, and nothing else in it; then renders the environment " +
    "again, and drops every object that would not be exactly what is live, or that would change anything else. Pushes a branch " +
    "that starts at the pin; no branch is checked out, and no other is touched. Once it is merged, pin it and run up. " +
    "Values of Secrets, charts and what is ignored are never written. Exits with 1 if anything was not accepted.",
  arguments: [
    environment,
    {
      syntax: "[objects...]",
      description:
        "applications (web) and objects (Deployment/web, ConfigMap/shop/settings); default: all that has drifted",
    },
  ],
  options: [
    { syntax: "--deleted", description: "remove objects from Git that are gone on the cluster" },
    {
      syntax: "--branch <name>",
      description: "branch to write to (default: driftless/accept/<env>/<digest of the objects>)",
    },
    authorOption,
    { syntax: "--message <text>", description: "first line of the commit's message" },
    { syntax: "--dry-run", description: "only show what would be written" },
    { syntax: "--yes", description: "push without asking" },
  ],
  examples: [
    "driftless drift accept dev",
    "driftless drift accept dev web ConfigMap/shop/settings --dry-run",
    "driftless drift accept production Deployment/web --yes",
  ],
  document: "DriftAcceptance",
  input: z.object({
    env: z.string(),
    objects: z.array(z.string()).default([]),
    deleted: z.boolean().default(false),
    branch: z.string().optional(),
    author: z.string().optional(),
    message: z.string().optional(),
    dryRun: z.boolean().default(false),
    yes: z.boolean().default(false),
  }),
  run: async ({ env, objects, deleted, branch, author, message, dryRun, yes }, session): Promise<Report> => {
    requireConsent(session, yes || dryRun);
    const loaded = await loadEnvironment(session.project, env);
    // Only this command needs them, and none should wait for them.
    const { openPublication } = await import("../accept/publication.ts");
    const { planAcceptance } = await import("../accept/accept.ts");
    if (branch === loaded.spec.source.branch) throw notForReview(branch);
    const publication = await openPublication(session, { branch, author, message, dryRun });
    const found = await planAcceptance(session, { loaded, objects, removeDeleted: deleted });
    session.show(acceptanceLines(found));
    const exitCode = found.refused.length + found.report.errors.length > 0 ? exitCodes.terminal : exitCodes.success;
    const name = publication.branchFor(found);
    if (found.accepted.length === 0 || dryRun) {
      const published = { branch: name, state: dryRun ? ("dry-run" as const) : ("nothing" as const) };
      return { document: acceptanceDocument(found, published), lines: resultLines(found, published), exitCode };
    }
    const question = `Push this to the branch ${name} of ${found.writer.display}?`;
    if (!(await confirm(session, yes, question, "yes"))) {
      const published = { branch: name, state: "declined" as const };
      const document = acceptanceDocument(found, published);
      return { document, lines: resultLines(found, published), exitCode: exitCodes.interrupted };
    }
    session.progress.step(`pushing ${name}`);
    const published = { branch: name, ...(await publication.publish(found)) };
    return { document: acceptanceDocument(found, published), lines: resultLines(found, published), exitCode };
  },
});

function notForReview(branch: string): Error {
  const message = `${quote(branch)} is the branch that pins come from; what is accepted goes to a branch of its own, for review.`;
  return failure("USAGE", message, "Leave --branch out, or give another one.");
}
