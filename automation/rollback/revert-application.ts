import type { EnvironmentSpec } from "../../core/environment/spec.ts";
import { DriftlessError, failure } from "../../core/errors/error.ts";
import { quote } from "../../core/errors/quote.ts";
import { joinInside } from "../../core/git/path.ts";
import { prepareCommit } from "../../core/git/prepare-commit.ts";
import type { FileChanges } from "../../core/git/write-commit.ts";
import { readSigner } from "../../core/git/write-identity.ts";
import { RepositoryWriter } from "../../core/git/writer.ts";
import { imagesOf } from "../../core/history/images.ts";
import { parseImageReference } from "../../core/manifest/image-reference.ts";
import type { ComputedPlan } from "../../core/plan/compute.ts";
import type { ApplicationPlan, EnvironmentPlan } from "../../core/plan/plan.ts";
import { restoredFolder, restoredImages } from "../../core/rollback/restored-files.ts";
import type { Session } from "../session.ts";
import { computeEnvironment } from "../work.ts";
import { rollbackPurpose } from "./purpose.ts";

/** What is to be reverted. */
export interface RevertRequest {
  readonly spec: EnvironmentSpec;
  readonly application: string;
  /** The environment as it is pinned, and as it was. */
  readonly bad: ComputedPlan;
  readonly good: ComputedPlan;
  readonly reason: string;
}

/** A commit that takes one application back. */
export interface Revert {
  readonly revision: string;
  readonly plan: EnvironmentPlan;
  readonly branch: string;
  /** Why it is on this machine only; absent once it is pushed. */
  readonly unpublished?: string;
}

/**
 * Makes a commit on top of the pin in which one application is what it was, and nothing else differs, which planning it
 * proves; pushes it to a branch for review. While Git is down, the mirror alone has it.
 * @throws ROLLBACK_CONFLICT if restoring its files changes another application, or is not enough; GIT_BRANCH_TAKEN,
 * GIT_PUSH_DENIED, GIT_BRANCH_MOVED, GIT_AUTHOR_MISSING, GIT_SIGN_FAILED.
 */
export async function revertApplication(session: Session, request: RevertRequest): Promise<Revert> {
  const { spec, application, bad, good, reason } = request;
  const { io, project } = session;
  const signer = await readSigner(undefined, { env: io.env, project, signal: io.signal });
  const writer = new RepositoryWriter(spec.source, { project, cache: io.cache, env: io.env, signal: io.signal });
  const [from, to] = [applicationOf(bad.plan, application), applicationOf(good.plan, application)];
  const files = await restoredFiles(request, from, to);
  const base = bad.plan.revision;
  const branch = `driftless/rollback/${spec.name}/${application}`;
  const subject = `Roll back ${application} to ${good.plan.revision.slice(0, 7)}`;
  const purpose = { ...rollbackPurpose(spec.name), "Driftless-Application": application };
  const trailers = { "Driftless-From": base, "Driftless-To": good.plan.revision };
  const commit = { base, files, subject, body: [reason], purpose, trailers, signer };
  const made = await prepareCommit(writer, commit, { branch, direct: false });
  if (made === undefined) throw elsewhere(application, bad, good);
  const { plan } = await computeEnvironment(session, spec.name, made.revision);
  verify(plan, { bad, good }, application);
  session.progress.step(`pushing ${branch}`);
  try {
    const { revision } = await made.push();
    return { revision, plan: { ...plan, revision }, branch };
  } catch (error) {
    if (!(error instanceof DriftlessError) || error.code !== "GIT_UNREACHABLE") throw error;
    return { revision: made.revision, plan, branch, unpublished: error.findings[0].message };
  }
}

async function restoredFiles(
  { spec, bad, good }: RevertRequest,
  from: ApplicationPlan,
  to: ApplicationPlan,
): Promise<FileChanges> {
  const files = new Map<string, string | Uint8Array | null>([
    ...(await restoredFolder(from.path, bad.tree, good.tree)),
    ...(to.path === from.path ? [] : await restoredFolder(to.path, bad.tree, good.tree)),
  ]);
  const { images, path } = spec.source;
  if (images === undefined) return files;
  const names = new Set([...imagesOf(from), ...imagesOf(to)].map((image) => parseImageReference(image).name));
  const file = joinInside(".", images, joinInside(".", path));
  const text = await restoredImages(file, names, { at: bad.tree, from: good.tree });
  if (text !== undefined) files.set(file, text);
  return files;
}

/** The application is what it was, and every other one is what it is. @throws ROLLBACK_CONFLICT */
function verify(plan: EnvironmentPlan, { bad, good }: Pick<RevertRequest, "bad" | "good">, application: string): void {
  if (applicationOf(plan, application).digest !== applicationOf(good.plan, application).digest) {
    throw elsewhere(application, bad, good);
  }
  const before = new Map(bad.plan.applications.map(({ name, digest }) => [name, digest]));
  const others = plan.applications.filter(({ name, digest }) => name !== application && before.get(name) !== digest);
  if (others.length === 0) return;
  const names = others.map(({ name }) => quote(name)).join(", ");
  throw failure(
    "ROLLBACK_CONFLICT",
    `Files of ${quote(application)} are those of ${names} too, which would go back with it.`,
    "Roll back the environment, or revert the files by hand and pin that commit.",
  );
}

/** What made the difference is none of the application's own files. */
function elsewhere(application: string, bad: ComputedPlan, good: ComputedPlan): Error {
  const { path } = applicationOf(bad.plan, application);
  const then = new Map(good.tree.list(".").map((entry) => [entry.path, entry.id]));
  const outside = bad.tree
    .list(".")
    .filter(
      (entry) => entry.kind !== "folder" && !entry.path.startsWith(`${path}/`) && then.get(entry.path) !== entry.id,
    )
    .map((entry) => entry.path);
  const shown = outside.slice(0, 5).join(", ") + (outside.length > 5 ? ` and ${outside.length - 5} more` : "");
  return failure(
    "ROLLBACK_CONFLICT",
    `Restoring the folder ${path} does not make ${quote(application)} what it was${shown === "" ? "" : `; these files differ too: ${shown}`}.`,
    "Roll back the environment, or revert by hand what it is made of and pin that commit.",
  );
}

/** @throws ROLLBACK_IMPOSSIBLE if a plan has no application of that name */
export function applicationOf({ applications, environment, revision }: EnvironmentPlan, name: string): ApplicationPlan {
  const found = applications.find((each) => each.name === name);
  if (found !== undefined) return found;
  throw failure(
    "ROLLBACK_IMPOSSIBLE",
    `${environment} has no application ${quote(name)} at ${revision.slice(0, 7)}.`,
    `It has ${applications.map((each) => each.name).join(", ") || "none"}.`,
  );
}
