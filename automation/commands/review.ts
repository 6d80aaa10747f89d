import { z } from "zod";
import { DriftlessError } from "../../core/errors/error.ts";
import type { Finding } from "../../core/errors/finding.ts";
import { defineCommand, type Report } from "../command.ts";
import { exitCodes } from "../exit-code.ts";
import { FailedCommand } from "../failed-command.ts";
import { settled } from "../settled.ts";
import { markdown } from "./parameters.ts";

/** Says what a pull request changes, in every environment. */
export const review = defineCommand({
  summary: "Say what a pull request changes in every environment, as one comment; no cluster is asked.",
  description:
    "Plans both sides of a change of the project (documents, pins, policy) or, with --source, of the config repository: what each environment " +
    "that follows it would become if its pin moved from base to head. Shows every object that changes, what is deleted first, policy violations " +
    "and mistakes that are new or mended, and the digest of each plan. Rules about a run are forecast from Git alone, and freeze windows told; neither is a failure. Exit code 1 if something at the head keeps an environment from being applied; changes are no failure.",
  arguments: [],
  options: [
    {
      syntax: "--base <commit>",
      description: "what it goes to: whatever git takes for a commit (default: as CI says, else origin's branch)",
    },
    { syntax: "--head <commit>", description: "the change itself (default: HEAD)" },
    {
      syntax: "--source <folder>",
      description: "a clone of the config repository: compare its commits, not the project's",
    },
    {
      syntax: "--pr [number]",
      description: "write it as a comment on this pull request, or bring that comment up to date (default: as CI says)",
    },
    { syntax: "--name <name>", description: "tells reviews apart where one pull request has several" },
    markdown,
  ],
  examples: [
    "driftless review --base origin/main",
    "driftless review --pr --markdown",
    "driftless -C ../platform review --source . --base origin/main --pr 12 --name production",
  ],
  document: "Review",
  input: z.object({
    base: z.string().min(1, "--base needs a commit").optional(),
    head: z.string().min(1, "--head needs a commit").optional(),
    source: z.string().min(1, "--source needs a folder").optional(),
    pr: z
      .union([
        z.literal(true),
        z
          .string()
          .regex(/^[1-9]\d{0,9}$/, "--pr takes the number of a pull request")
          .transform(Number),
      ])
      .optional(),
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "--name takes lower-case letters, digits and dashes")
      .optional(),
  }),
  run: async ({ pr, name, ...asked }, session) => {
    const [{ openRange }, { reviewRange }, post, output] = await Promise.all([
      import("../review/range.ts"),
      import("../review/review.ts"),
      import("../review/post.ts"),
      import("../output/review-report.ts"),
    ]);
    const number = pr === undefined ? undefined : post.pullRequestNumber(session, pr);
    const range = await openRange(session, asked);
    session.progress.note(`review  ${range.base.slice(0, 7)} → ${range.head.slice(0, 7)}`);
    const { review: found, forges } = await reviewRange(session, range, name);
    const report = (comment: Parameters<typeof output.reviewReport>[1]): Report =>
      output.reviewReport(found, comment, session.io.columns);
    if (number === undefined) return report(undefined);
    // It is printed whatever the forge says.
    const written = await settled(session, async () => {
      const forge = await post.openReviewForge(session, range, forges, number);
      const { marker, body } = output.reviewBody(found, forge.longest);
      session.progress.step(`commenting on ${number}`);
      return forge.comment(marker, body);
    });
    if (typeof written !== "string") throw notPosted(report(undefined), written.findings);
    session.progress.note(`comment on ${number}: ${written}`);
    return report({ number, state: written });
  },
});

/** What the review says all the same, beside why nobody reads it on the forge. */
function notPosted({ document, lines, markdown, exitCode }: Report, findings: readonly [Finding, ...Finding[]]): Error {
  const rest = Object.fromEntries(Object.entries(document).filter(([field]) => field !== "kind"));
  const report = { document: rest, lines, ...(markdown === undefined ? {} : { markdown }) };
  return new FailedCommand(new DriftlessError(findings), report, exitCode === exitCodes.success ? undefined : exitCode);
}
