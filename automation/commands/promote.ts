import { z } from "zod";
import { blockedInPlan } from "../../core/blocked/judge.ts";
import { readBlockList } from "../../core/blocked/list.ts";
import { loadEnvironment, type LoadedEnvironment } from "../../core/environment/load.ts";
import { failure, throwErrors } from "../../core/errors/error.ts";
import { quote } from "../../core/errors/quote.ts";
import { ownerClosure } from "../../core/freeze/of-spec.ts";
import { checkBranch } from "../../core/git/ref.ts";
import { readSigner } from "../../core/git/write-identity.ts";
import { checkSoak, checkStage, selectApplications } from "../../core/promotion/gates.ts";
import { defineCommand, type Report } from "../command.ts";
import { confirm, requireConsent } from "../confirm.ts";
import { exitCodes } from "../exit-code.ts";
import { publicationFields } from "../output/published-change.ts";
import { withPacks } from "../policy/session.ts";
import { judgePlan } from "../policy/gate.ts";
import type { Decision, DecisionInput } from "../promote/decide.ts";
import type { Promotion } from "../promote/describe.ts";
import type { Session } from "../session.ts";
import { computeEnvironment } from "../work.ts";
import { again, author as authorOption } from "./parameters.ts";

const inputSchema = z
  .object({
    applications: z.array(z.string()).default([]),
    all: z.boolean().default(false),
    from: z.string({ error: "--from is missing: name the environment that runs it" }),
    to: z.string({ error: "--to is missing: name the environment that is to run it" }),
    direct: z.boolean().default(false),
    again: z.boolean().default(false),
    branch: z.string().optional(),
    author: z.string().optional(),
    dryRun: z.boolean().default(false),
    yes: z.boolean().default(false),
  })
  .refine(({ applications, all }) => applications.length > 0 !== all, "Name applications, or give --all");
type Input = z.infer<typeof inputSchema>;

/** Brings what one environment runs to the next one, by a commit. */
export const promote = defineCommand({
  summary: "Promote what one environment runs to the next one: by a commit, and a pull request for it.",
  description:
    "Takes the images and the commit that the last update of --from has brought in, and that run there; whatever its files say by now. " +
    "Image versions are written where --to says them (images.yaml, `images` of its kustomization, values of its chart), then the pin of --to " +
    "moves: a pull request each, if both are needed, the second one by running it again after the merge. " +
    "`promotion` of --to says where changes come from, how long they must have run there, and what must be so. " +
    "Running it again brings the same pull request up to date. Nothing is applied; that is what driftless up does.",
  arguments: [{ syntax: "[applications...]", description: "applications to promote; or --all" }],
  options: [
    { syntax: "--all", description: "all applications" },
    { syntax: "--from <env>", description: "environment that runs it" },
    { syntax: "--to <env>", description: "environment that is to run it" },
    {
      syntax: "--direct",
      description: "commit to the branch itself, where `promotion.direct` allows it; refused while --to is frozen",
    },
    again,
    {
      syntax: "--branch <name>",
      description: "branch to write to (default: driftless/promote/<env>/<images or pin>-<applications>)",
    },
    authorOption,
    { syntax: "--dry-run", description: "only show what would be promoted" },
    { syntax: "--yes", description: "push without asking" },
  ],
  examples: [
    "driftless promote checkout --from staging --to production",
    "driftless promote --all --from staging --to production --dry-run",
    "driftless promote --all --from dev --to staging --direct --yes",
  ],
  document: "Promotion",
  input: inputSchema,
  run: async (input, session): Promise<Report> => {
    const { from, to, branch, author, dryRun, yes, direct } = input;
    requireConsent(session, yes || dryRun);
    if (branch !== undefined) checkBranch(branch);
    const { project, io } = session;
    const [source, target] = [await loadEnvironment(project, from), await loadEnvironment(project, to)];
    checkStage(target.spec, from);
    if (direct && !(target.spec.promotion?.direct ?? false)) throw notDirect(to);
    const signer = await readSigner(author, { env: io.env, project, signal: io.signal });
    const work = await open(session, input, source, target);
    if (work.decision.kind === "nothing") return nothing(input, work.decision);
    const { promotionDocument, promotionLines, promotionResult } = await import("../output/promotion.ts");
    const { publishPromotion } = await import("../promote/publish.ts");
    let promotion = await examine(session, input, work, work.decision);
    for (;;) {
      session.show(promotionLines(promotion, io.columns));
      const report = (
        published: Parameters<typeof promotionDocument>[1],
        exitCode: number = exitCodes.success,
      ): Report => ({
        document: promotionDocument(promotion, published),
        lines: promotionResult(promotion, published),
        exitCode,
      });
      if (dryRun) return report("dry-run");
      const question = direct ? "Commit this to the branch itself?" : "Push this and open a pull request?";
      if (!(await confirm(session, yes, question, "yes"))) return report("declined", exitCodes.interrupted);
      const published = await publishPromotion(session, promotion, signer, {
        direct,
        again: input.again,
        branch,
      });
      if (published.state !== "direct" || promotion.decision.kind !== "images") return report(published);
      session.show(promotionResult(promotion, published));
      // The images are on the branch: the pin can follow at once.
      const { decide } = await import("../promote/decide.ts");
      const next = await decide(session, work.about);
      if (next.kind === "nothing") return report(published);
      promotion = await examine(session, input, work, next);
    }
  },
});

interface Work {
  readonly about: DecisionInput;
  readonly decision: Decision;
  readonly healthy: number | undefined;
  readonly inSync: boolean;
}

/** Everything that has to be so before anything is written, the cheapest first. */
async function open(
  session: Session,
  { applications, from, to, direct }: Input,
  source: LoadedEnvironment,
  target: LoadedEnvironment,
): Promise<Work> {
  const now = session.io.now();
  const { readRunning, requireHealthy, requireInSync } = await import("../promote/running.ts");
  const running = await readRunning(session, source);
  const present = await computeEnvironment(session, to);
  const known = present.plan.applications.map(({ name }) => name);
  const { spec } = present.environment;
  const selected = selectApplications(spec, known, applications);
  checkSoak(spec, from, running.since, now);
  if (direct) refuseFrozen(spec, selected, now);
  const { decide } = await import("../promote/decide.ts");
  const about = { source, target: present.environment, running, selected, all: applications.length === 0 };
  const decision = await decide(session, about);
  const requires = target.spec.promotion?.requires ?? [];
  if (decision.kind === "nothing") return { about, decision, healthy: undefined, inSync: false };
  const healthy = requires.includes("healthy") ? await requireHealthy(session, source, selected) : undefined;
  const inSync = requires.includes("in-sync");
  if (inSync) await requireInSync(session, source, selected);
  return { about, decision, healthy, inSync };
}

/**
 * Asks the block list and the policy of the target about the result.
 * @throws REVISION_BLOCKED, IMAGE_BLOCKED; PROMOTION_REFUSED where `requires` says so.
 */
async function examine(
  session: Session,
  { from, to, applications }: Input,
  { about, healthy, inSync }: Work,
  decision: Promotion["decision"],
): Promise<Promotion> {
  throwErrors(blockedInPlan(await readBlockList(session.project), decision.after.plan));
  const { violations } = await withPacks(session, to, async (opening) => judgePlan(await opening, decision.after));
  const [first] = violations.filter(({ level }) => level === "mandatory");
  const { spec } = about.target;
  if (first !== undefined && spec.promotion?.requires.includes("policy") === true) {
    throw failure(
      "PROMOTION_REFUSED",
      `The result would break a mandatory rule of ${quote(to)}: ${first.rule} at ${first.object}.`,
      `driftless policy check ${to} shows them; mend it in ${quote(from)} first.`,
    );
  }
  const named = applications.length === 0 ? undefined : [...applications].sort();
  const { running, selected } = about;
  return { from, target: spec, running, selected, named, decision, healthy, inSync, violations, now: session.io.now() };
}

function refuseFrozen(spec: LoadedEnvironment["spec"], selected: ReadonlySet<string>, now: Date): void {
  for (const name of selected) {
    const closure = ownerClosure(spec, `application/${name}`, now);
    if (closure === undefined) continue;
    const until = closure.until === undefined ? "" : ` until ${closure.until.toISOString()}`;
    throw failure(
      "PROMOTION_WAITING",
      `${quote(name)} in ${quote(spec.name)} is frozen${until}, by ${closure.field}, and --direct asks nobody.`,
      "Wait, or leave --direct out: somebody then decides when it is merged.",
    );
  }
}

function nothing({ from, to, applications }: Input, { plan }: Extract<Decision, { readonly kind: "nothing" }>): Report {
  const what = applications.length === 0 ? "everything" : applications.join(", ");
  return {
    document: { kind: "Promotion", from, to, ...publicationFields("nothing", undefined), planDigest: plan.plan.digest },
    lines: [[`nothing to promote: the pin of ${to} has what ${from} runs of ${what}`]],
  };
}

function notDirect(to: string): Error {
  return failure(
    "PROMOTION_REFUSED",
    `${quote(to)} takes changes by pull request only.`,
    `Leave --direct out, or write \`promotion: { direct: true }\` in environments/${to}.yaml.`,
  );
}
