import type { LoadedEnvironment } from "../../core/environment/load.ts";
import { failure } from "../../core/errors/error.ts";
import { quote } from "../../core/errors/quote.ts";
import type { Report } from "../command.ts";
import { declined } from "../confirm.ts";
import type { Session } from "../session.ts";
import { sparedLines } from "../output/rollbacks.ts";
import { bringUp } from "../update/bring-up.ts";
import type { UpdateFlags } from "../update/preview.ts";
import type { Wanted } from "./destination.ts";
import { sparingFiles, type Spared } from "./project-files.ts";
import { controlOf, type PublishMode } from "./publish.ts";
import { settle, type Destiny } from "./settle.ts";
import { approvedParts, findStep, stepLines, takeStep, type Step } from "./step.ts";

/** What somebody wants back, and how. */
export interface RollbackRequest extends Wanted {
  /** Whether to keep out what is there now. */
  readonly block: boolean;
  readonly apply: boolean;
  /** How the changed files get into the control repository; undefined for not by this command. */
  readonly publish: PublishMode | undefined;
  readonly yes: boolean;
  readonly flags: UpdateFlags;
}

/**
 * Goes back: pins what was good, keeps out what is there now, and applies it.
 * @throws ROLLBACK_IMPOSSIBLE, ROLLBACK_CONFLICT, REVISION_BLOCKED and whatever keeps it from being planned or applied.
 */
export async function rollBack(session: Session, loaded: LoadedEnvironment, request: RollbackRequest): Promise<Report> {
  const destiny = await destinyOf(session, loaded, request.publish);
  const found = await findStep(session, loaded, request);
  return sparingFiles(session, loaded.spec.name, (isInGit) =>
    goBack(session, { loaded, request, destiny, found, isInGit }),
  );
}

interface Way {
  readonly loaded: LoadedEnvironment;
  readonly request: RollbackRequest;
  readonly destiny: Destiny | undefined;
  readonly found: Step;
  /** To be called once Git has what the files of the project say. */
  readonly isInGit: () => Promise<Spared>;
}

async function goBack(session: Session, { loaded, request, destiny, found, isInGit }: Way): Promise<Report> {
  const step = await takeStep(session, found, request);
  if (step === undefined) return declined({ ...documentOf(found), applied: false }, "changed");
  const { reason, apply } = request;
  const settled = await settle(session, loaded.spec, { steps: [step], reason, destiny, remember: apply });
  const { published, exceptions } = settled;
  const lines = [
    ...stepLines(step, published === undefined ? loaded.file : undefined),
    ...settled.lines,
    ...(published === undefined ? [] : sparedLines(published, await isInGit())),
  ];
  const document = {
    ...documentOf(step),
    review: published?.state === "review" ? published.branch : null,
    direct: published?.state === "direct" ? published.branch : null,
    pullRequest: published?.pullRequest ?? null,
    exceptions,
  };
  if (!apply) return { document: { ...document, applied: false }, lines };
  session.show([...lines, []]);
  const exception = exceptions.length === 0 ? undefined : exceptions.join("; ");
  const why = { kind: "rollback", reason, exception } as const;
  const options = {
    yes: request.yes,
    refresh: false,
    wait: true,
    flags: request.flags,
    why,
    madeOf: approvedParts([step]),
  };
  const { document: update, ...report } = await bringUp(session, loaded.spec.name, options);
  return { ...report, document: { ...document, applied: update["applied"] === true, update } };
}

/** Where it is written to; what keeps it from being written there is said before anything is changed. */
export async function destinyOf(
  session: Session,
  { spec }: LoadedEnvironment,
  mode: PublishMode | undefined,
): Promise<Destiny | undefined> {
  if (mode === undefined) return undefined;
  if (mode === "direct" && spec.promotion?.direct !== true) {
    throw failure(
      "PROMOTION_REFUSED",
      `${quote(spec.name)} takes changes by pull request only.`,
      `Use --review, or write \`promotion: { direct: true }\` in environments/${spec.name}.yaml.`,
    );
  }
  return { mode, control: await controlOf(session, `--${mode}`) };
}

function documentOf({ environment, application, bad, revision, changes, branch }: Step) {
  const where = { environment, application: application ?? null, from: bad, to: revision };
  return { kind: "Rollback" as const, ...where, changes, branch: branch ?? null };
}
