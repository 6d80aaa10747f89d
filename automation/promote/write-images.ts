import { EditedFiles } from "../../core/accept/edited-files.ts";
import { NotAccepted } from "../../core/accept/subject.ts";
import type { ErrorCode } from "../../core/errors/codes.ts";
import { failure } from "../../core/errors/error.ts";
import { quote } from "../../core/errors/quote.ts";
import type { RepositoryWriter } from "../../core/git/writer.ts";
import { imagesOf } from "../../core/history/images.ts";
import { formatImageReference } from "../../core/manifest/image-reference.ts";
import type { ObjectChange } from "../../core/plan/change.ts";
import type { ComputedPlan } from "../../core/plan/compute.ts";
import type { EnvironmentPlan } from "../../core/plan/plan.ts";
import { besidesImages, otherOwners } from "../../core/promotion/differences.ts";
import { editPromotedImage } from "../../core/promotion/edit.ts";
import type { WantedImage } from "../../core/promotion/wanted.ts";
import { ownerName } from "../output/change-set.ts";
import type { Session } from "../session.ts";
import { computeEnvironment } from "../work.ts";

/** Images that the files of an environment are to name. */
export interface ImagesToWrite {
  readonly writer: RepositoryWriter;
  /** The commit that the files are changed on. */
  readonly before: ComputedPlan;
  readonly images: readonly WantedImage[];
  /** Applications that may change. */
  readonly selected: ReadonlySet<string>;
  /** Of a refusal. */
  readonly code: ErrorCode;
  /** What to do where applications that may not change use the same image: "<them> too". */
  readonly shared: string;
}

/** Changed files, and what they make of the environment. */
export interface WrittenImages {
  readonly files: EditedFiles;
  readonly after: ComputedPlan;
}

/** Changes that a message names; the rest is counted. */
const mostNamed = 5;

/**
 * Changes the files that say which version of an image an environment runs, and plans the result: every image must have become
 * what it is to be, and nothing else may have changed. Nothing leaves this machine.
 * @throws `code` where that is not so, and what planning throws.
 */
export async function writeImages(session: Session, request: ImagesToWrite): Promise<WrittenImages> {
  const { writer, before, images, selected, code, shared } = request;
  const files = await editAll(before, images, code);
  const after = await trial(session, writer, before, files);
  const left = unchanged(after.plan, images);
  const others = besidesImages(before.plan, after.plan, selected);
  const [first] = left;
  const changed = `With the files of ${quote(before.plan.environment)} changed`;
  if (first !== undefined) {
    throw failure(
      code,
      `${changed}, ${first.application} would not run ${formatImageReference(first.now)}.`,
      "Change by hand what says which version it is; a chart may have no value for a digest.",
    );
  }
  if (others.length === 0) return { files, after };
  const owners = otherOwners(others, selected);
  throw failure(
    code,
    `${changed}, something else would change too: ${namedChanges(others)}.`,
    owners.length > 0
      ? `${owners.map(ownerName).join(" and ")} use the same image: ${shared}.`
      : "Change the files by hand.",
  );
}

/** Objects of changes, as a message names them. */
export function namedChanges(changes: readonly ObjectChange[]): string {
  return named(
    changes.map(({ kind, namespace, name, cluster }) => {
      return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`} on ${cluster}`;
    }),
  );
}

/** Some texts, each once; the rest is counted. */
export function named(texts: readonly string[]): string {
  const all = [...new Set(texts)];
  const rest = all.length - mostNamed;
  return rest > 0 ? `${all.slice(0, mostNamed).join(", ")} and ${rest} more` : all.join(", ");
}

function unchanged({ applications }: EnvironmentPlan, images: readonly WantedImage[]): readonly WantedImage[] {
  const used = new Map(applications.map((each) => [each.name, imagesOf(each)]));
  return images.filter(({ application, old, now }) => {
    const all = used.get(application) ?? [];
    return all.includes(formatImageReference(old)) || !all.includes(formatImageReference(now));
  });
}

async function editAll(computed: ComputedPlan, images: readonly WantedImage[], code: ErrorCode): Promise<EditedFiles> {
  const files = new EditedFiles(computed.tree);
  const { spec } = computed.environment;
  const applications = computed.plan.applications.map(({ name, renderer, path }) => {
    return [name, { renderer, path, values: spec.applications[name]?.helm?.values ?? [] }] as const;
  });
  const target = { source: spec.source, applications: new Map(applications) };
  for (const image of images) {
    try {
      await editPromotedImage(files, target, image);
    } catch (error) {
      if (!(error instanceof NotAccepted)) throw error;
      throw failure(code, error.message, error.fix);
    }
  }
  return files;
}

/** The plan with changed files: of a commit that never leaves this machine. */
async function trial(
  session: Session,
  writer: RepositoryWriter,
  { plan }: ComputedPlan,
  files: EditedFiles,
): Promise<ComputedPlan> {
  const nobody = { name: "Driftless", email: "driftless@localhost" };
  const by = { author: nobody, committer: nobody, settings: [] };
  const commit = { base: plan.revision, files: files.changes, message: "Verification\n", by, sign: false };
  const made = await writer.commit(commit);
  return computeEnvironment(session, plan.environment, made?.revision ?? plan.revision);
}
