import { EditedFiles } from "../../core/accept/edited-files.ts";
import { editSubject } from "../../core/accept/edit-subject.ts";
import { prepare, type Refusal } from "../../core/accept/prepare.ts";
import { selectDrift } from "../../core/accept/select.ts";
import { NotAccepted, type Subject } from "../../core/accept/subject.ts";
import { verifyPlan } from "../../core/accept/verify.ts";
import type { DriftReport, ObjectDrift } from "../../core/drift/report.ts";
import type { LoadedEnvironment } from "../../core/environment/load.ts";
import { DriftlessError } from "../../core/errors/error.ts";
import type { SourceContext } from "../../core/git/source.ts";
import type { FileChanges } from "../../core/git/write-commit.ts";
import type { Person } from "../../core/git/write-identity.ts";
import { RepositoryWriter } from "../../core/git/writer.ts";
import type { ComputedPlan } from "../../core/plan/compute.ts";
import { environmentDrift } from "../drift/environment.ts";
import type { Measured } from "../drift/measure.ts";
import type { Session } from "../session.ts";
import { computeEnvironment } from "../work.ts";
import { alsoReading } from "./also-reading.ts";

/** What is to be accepted. */
export interface AcceptRequest {
  readonly loaded: LoadedEnvironment;
  /** Applications and objects; all if there are none. */
  readonly objects: readonly string[];
  readonly removeDeleted: boolean;
}

/** What can be written to Git, all of it verified, and what cannot. */
export interface Acceptance {
  readonly report: DriftReport;
  /** The pinned commit, on top of which it is written. */
  readonly base: string;
  readonly writer: RepositoryWriter;
  readonly accepted: readonly Subject[];
  readonly refused: readonly Refusal[];
  readonly files: FileChanges;
  /** Other environments that read changed files: `staging (web)`. */
  readonly alsoReading: readonly string[];
  /** What changes, as `git diff` prints it; empty if nothing is accepted. */
  readonly diff: string;
}

/**
 * Finds out what has drifted and how Git is to say it, and renders the environment again to see that it then says exactly
 * that. Writes nothing but objects to the mirror.
 * @throws what measuring drift and planning throw.
 */
export async function planAcceptance(session: Session, request: AcceptRequest): Promise<Acceptance> {
  const { loaded, objects, removeDeleted } = request;
  const name = loaded.spec.name;
  const measured = await environmentDrift(session, loaded);
  refuseDoubt(measured);
  const drifted = selectDrift(measured.report, objects);
  const { project, io } = session;
  const context: SourceContext = { project, cache: io.cache, env: io.env, signal: io.signal };
  const writer = new RepositoryWriter(loaded.spec.source, context);
  const base = loaded.spec.source.revision;
  const { report } = measured;
  if (drifted.length === 0)
    return { report, base, writer, accepted: [], refused: [], files: new Map(), alsoReading: [], diff: "" };
  const computed = await computeEnvironment(session, name);
  const applied = new Map(measured.resources.map(({ resourceName, inputs }) => [resourceName, inputs]));
  const prepared = prepare(drifted, { plan: computed.plan, applied, removeDeleted });
  const trial = new Trial(session, computed, writer);
  const { accepted, files, failed } = await trial.run(prepared.subjects);
  const refused = [...prepared.refused, ...failed.flatMap((each) => toRefusals(each, drifted))];
  const revision = accepted.length === 0 ? undefined : await trial.commit(files);
  const diff = revision === undefined ? "" : await writer.diff(base, revision, await secretFiles(files));
  const readers = await alsoReading(project, loaded, [...files.changes.keys()]);
  return { report, base, writer, accepted, refused, files: files.changes, alsoReading: readers, diff };
}

/** Changed files that hold a Secret, or what one is made of: a diff shows what is around a change too. */
async function secretFiles(files: EditedFiles): Promise<readonly string[]> {
  const found: string[] = [];
  for (const path of files.changes.keys()) {
    const texts = await files.versions(path);
    if (texts.some((text) => /kind["']?\s*:\s*["']?Secret\b|secretGenerator/.test(text))) found.push(path);
  }
  return found;
}

/** Of what could not be looked at, nothing is accepted; where that may be anything, nothing at all. */
function refuseDoubt({ report }: Measured): void {
  const [first, ...rest] = report.errors.filter(
    ({ objects, cluster }) => objects.length === 0 && cluster === undefined,
  );
  if (first !== undefined) throw new DriftlessError([first.finding, ...rest.map(({ finding }) => finding)]);
}

interface Failed {
  readonly subject: Subject;
  readonly reason: NotAccepted;
}

interface Tried {
  readonly accepted: readonly Subject[];
  readonly files: EditedFiles;
  readonly failed: readonly Failed[];
}

/** Who stands in commits that are made to be looked at and never leave this machine. */
const nobody: Person = { name: "Driftless", email: "driftless@localhost" };

/** Edits files and plans the result, all objects at once; one by one where that goes wrong, to find out which. */
class Trial {
  readonly #session: Session;
  readonly #computed: ComputedPlan;
  readonly #writer: RepositoryWriter;

  constructor(session: Session, computed: ComputedPlan, writer: RepositoryWriter) {
    this.#session = session;
    this.#computed = computed;
    this.#writer = writer;
  }

  async run(subjects: readonly Subject[]): Promise<Tried> {
    const first = await this.#edit(subjects);
    const problem = await this.#verify(first);
    if (problem === undefined) return first;
    const good: Subject[] = [];
    const failed: Failed[] = [...first.failed];
    const patched = new Set<Subject>();
    for (const subject of first.accepted) {
      const reason = await this.#verify(await this.#edit([subject]));
      const over =
        reason === undefined || !this.#isPatchable(subject)
          ? undefined
          : await this.#edit([subject], new Set([subject]));
      const isOver = over !== undefined && over.accepted.length > 0 && (await this.#verify(over)) === undefined;
      if (isOver) patched.add(subject);
      if (reason === undefined || isOver) good.push(subject);
      else failed.push({ subject, reason });
    }
    const rest = await this.#edit(good, patched);
    const together = await this.#verify(rest);
    const result = together === undefined ? rest : this.#without(rest, together);
    return { ...result, failed: [...failed, ...result.failed] };
  }

  /** A commit of changed files in the mirror. */
  async commit(files: EditedFiles): Promise<string | undefined> {
    const by = { author: nobody, committer: nobody, settings: [] };
    const base = this.#computed.plan.revision;
    const commit = { base, files: files.changes, message: "Verification\n", by, sign: false };
    return (await this.#writer.commit(commit))?.revision;
  }

  #isPatchable({ application }: Subject): boolean {
    return this.#computed.plan.applications.some(
      ({ name, renderer }) => name === application && renderer === "kustomize",
    );
  }

  /** Nothing of an object is left in the files if any of it could not be written. */
  async #edit(subjects: readonly Subject[], patched: ReadonlySet<Subject> = new Set()): Promise<Tried> {
    let files = new EditedFiles(this.#computed.tree);
    const accepted: Subject[] = [];
    const failed: Failed[] = [];
    for (const subject of subjects) {
      const next = files.fork();
      try {
        await editSubject(next, subject, this.#computed, patched.has(subject) ? "patch" : "owned");
        files = next;
        accepted.push(subject);
      } catch (error) {
        if (!(error instanceof NotAccepted)) throw error;
        failed.push({ subject, reason: error });
      }
    }
    return { accepted, files, failed };
  }

  async #verify({ accepted, files }: Tried): Promise<NotAccepted | undefined> {
    if (accepted.length === 0) return undefined;
    const { plan } = this.#computed;
    const fix = "Change Git by hand; driftless plan shows what comes out.";
    const revision = await this.commit(files);
    if (revision === undefined) return new NotAccepted("No file would change.", fix);
    try {
      const after = await computeEnvironment(this.#session, plan.environment, revision);
      const problem = verifyPlan(plan, after.plan, accepted);
      return problem === undefined ? undefined : new NotAccepted(`With the change in Git, ${problem}.`, fix);
    } catch (error) {
      this.#session.io.signal.throwIfAborted();
      if (!(error instanceof DriftlessError) || error.kind !== "terminal") throw error;
      const [first] = error.findings;
      return new NotAccepted(`With the change in Git, the environment cannot be planned: ${first.message}`, fix);
    }
  }

  #without({ accepted, failed }: Tried, reason: NotAccepted): Tried {
    const all = [...failed, ...accepted.map((subject) => ({ subject, reason }))];
    return { accepted: [], files: new EditedFiles(this.#computed.tree), failed: all };
  }
}

function toRefusals({ subject, reason }: Failed, drifted: readonly ObjectDrift[]): readonly Refusal[] {
  const names = new Set(subject.places.map(({ planned }) => planned.resourceName));
  return drifted.filter(({ resourceName }) => names.has(resourceName)).map((object) => ({ object, reason }));
}
