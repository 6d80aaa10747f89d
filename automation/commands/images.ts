import { z } from "zod";
import { loadEnvironment } from "../../core/environment/load.ts";
import { DriftlessError } from "../../core/errors/error.ts";
import { checkBranch } from "../../core/git/ref.ts";
import { readSigner } from "../../core/git/write-identity.ts";
import { defineCommand, type Report } from "../command.ts";
import { confirm, requireConsent } from "../confirm.ts";
import { exitCodeOf, exitCodes } from "../exit-code.ts";
import type { ImageUpdate, ImageWork } from "../images/work.ts";
import type { Publication } from "../output/published-change.ts";
import { again, author, environment, exitCode } from "./parameters.ts";

const inputSchema = z.object({
  env: z.string(),
  applications: z.array(z.string()).default([]),
  direct: z.boolean().default(false),
  again: z.boolean().default(false),
  branch: z.string().optional(),
  author: z.string().optional(),
  dryRun: z.boolean().default(false),
  exitCode: z.boolean().default(false),
  yes: z.boolean().default(false),
});

/** Offers newer versions of images by a commit. */
export const images = defineCommand({
  summary: "Offer newer versions of images, as registries have them: by a commit, and a pull request for it.",
  description:
    "`applications.<name>.images` says which images are kept up to date and how: by a range of semantic versions, by number, text or age of " +
    "their tags, or by the digest of a tag that moves. The registries are asked what is newer than what the branch of the environment says, and it is " +
    "written where that stands: images.yaml, `images` of the application's kustomization, values of its chart. Never an older version, nothing on the " +
    "block list, and nothing at all while something could not be found out. Logins are those of the Docker configuration. Running it again brings the " +
    "same pull request up to date; where nothing is newer any more, it is closed with a comment that says why. Nothing is applied: after the merge come driftless pin and driftless up.",
  arguments: [environment, { syntax: "[applications...]", description: "only these applications (default: all)" }],
  options: [
    {
      syntax: "--direct",
      description: "commit to the branch itself, where `imageUpdates.direct` allows it; what is frozen is left out",
    },
    again,
    { syntax: "--branch <name>", description: "branch to write to (default: driftless/images/<env>/<applications>)" },
    author,
    { syntax: "--dry-run", description: "only show what is newer" },
    { ...exitCode, description: "exit with 2 if anything is newer, with --dry-run" },
    { syntax: "--yes", description: "push, or close, without asking" },
  ],
  examples: [
    "driftless images production --dry-run",
    "driftless images production --yes",
    "driftless images dev web --direct --yes",
  ],
  document: "Images",
  input: inputSchema,
  run: async (input, session): Promise<Report> => {
    const { env, applications, direct, dryRun, yes } = input;
    requireConsent(session, yes || dryRun);
    if (input.branch !== undefined) checkBranch(input.branch);
    const { checkDirect, openImageWork, prepareImages, wantedOf } = await import("../images/work.ts");
    if (direct) checkDirect(await loadEnvironment(session.project, env));
    const { project, io } = session;
    const about = { env: io.env, project, signal: io.signal };
    const signer = dryRun ? undefined : await readSigner(input.author, about);
    const work = await openImageWork(session, env, applications, direct);
    const { imageLines, imagesDocument, imagesResult, updateLines } = await import("../output/images.ts");
    session.show(imageLines(work));
    const failed = work.problems.length === 0 ? undefined : exitCodeOf(problemsOf(work));
    const report = (result: Publication, update?: ImageUpdate, exit: number = exitCodes.success): Report => ({
      document: imagesDocument(work, update, result),
      lines: imagesResult(work, result),
      exitCode: failed ?? exit,
    });
    const wanted = wantedOf(work);
    if (wanted.length === 0) {
      const { closeRest } = await import("../images/close-rest.ts");
      const { closed, lines } = await closeRest(session, work, input);
      const { document, ...rest } = report("nothing");
      return { ...rest, document: { ...document, closed }, lines: [...rest.lines, ...lines] };
    }
    const isUnknown = work.images.some(({ problem }) => problem !== undefined);
    if (isUnknown && !dryRun) return report("refused");
    const update = await prepareImages(session, work, wanted);
    session.show(updateLines(update, io.columns));
    if (signer === undefined) {
      return report("dry-run", update, input.exitCode ? exitCodes.differences : exitCodes.success);
    }
    const question = direct ? "Commit this to the branch itself?" : "Push this and open a pull request?";
    if (!(await confirm(session, yes, question, "yes"))) return report("declined", update, exitCodes.interrupted);
    const { imagesBranch, imagesChange } = await import("../images/describe.ts");
    const { publishChange } = await import("../forge/publish-change.ts");
    const options = { direct, again: input.again, branch: input.branch ?? imagesBranch(update) };
    return report(await publishChange(session, imagesChange(session, update), signer, options), update);
  },
});

function problemsOf({ problems: [first, ...rest] }: ImageWork): DriftlessError {
  if (first === undefined) throw new RangeError("there is no problem");
  return new DriftlessError([first, ...rest]);
}
