import { unknownErrors } from "../../core/drift/errors.ts";
import type { DriftReport } from "../../core/drift/report.ts";
import type { ErrorCode } from "../../core/errors/codes.ts";
import type { Finding } from "../../core/errors/finding.ts";
import type { WatchedProblem } from "./watch-types.ts";

/** What is known to be unknown, beside the clusters: of the environment as a whole. */
export type EnvironmentTopic = "document" | "state" | "baseline" | "run" | "engine";

/** An object of which nothing can be said is told after this long: an update leaves some without a baseline for seconds. */
const unknownMs = 10_000;

/** What is said of a cluster or of a kind on it. */
const clusterCodes: ReadonlySet<ErrorCode> = new Set(["CLUSTER_UNREACHABLE", "READ_DENIED", "KIND_UNKNOWN"]);

interface Unknown {
  readonly owner: string;
  readonly finding: Finding;
  /** Since when, as `performance.now()`. */
  readonly at: number;
}

/** What a watch cannot find out at the moment: said once when it begins, and once when it has ended. */
export class WatchProblems {
  readonly #environment: string;
  readonly #now: () => string;
  readonly #emit: (problems: readonly WatchedProblem[]) => void;
  readonly #lost = new Map<string, WatchedProblem>();
  readonly #unknown = new Map<string, Unknown>();
  /** Messages that the first report has said. */
  readonly #told = new Set<string>();

  #emitting = true;

  constructor(environment: string, now: () => string, emit: (problems: readonly WatchedProblem[]) => void) {
    this.#environment = environment;
    this.#now = now;
    this.#emit = emit;
  }

  /** True while something is not known. */
  get any(): boolean {
    return this.#lost.size > 0 || this.#unknown.size > 0;
  }

  /** Takes in what the first report has said: it is not said again, only its end. */
  begin({ objects, errors }: Pick<DriftReport, "objects" | "errors">): void {
    for (const { finding } of errors) this.#told.add(finding.message);
    for (const { verdict, resourceName, owner } of objects) {
      const finding = errors.find((error) => error.objects.includes(resourceName))?.finding;
      // What a cluster does not let be read, it says itself.
      if (verdict !== "unknown" || finding === undefined || clusterCodes.has(finding.code)) continue;
      this.#unknown.set(resourceName, { owner, finding, at: -unknownMs });
    }
    this.#emitting = false;
    this.settle();
    this.#emitting = true;
  }

  /** Nothing is known of a cluster, or of a kind on it (`Kind.group`); without a finding, it is again. */
  ofCluster(cluster: string, kind: string | undefined, finding: Finding | undefined): void {
    const about = kind === undefined ? { cluster } : { cluster, kind };
    this.#say(`cluster/${cluster}/${kind ?? ""}`, about, finding);
  }

  /** Something of the environment as a whole is not known; without a finding, it is again. */
  ofEnvironment(topic: EnvironmentTopic, finding: Finding | undefined): void {
    this.#say(`environment/${topic}`, {}, finding);
  }

  /** Nothing can be said of an object. */
  ofObject(resourceName: string, unknown: Omit<Unknown, "at">): void {
    this.#unknown.set(resourceName, { ...unknown, at: this.#unknown.get(resourceName)?.at ?? performance.now() });
  }

  /** Something can be said of an object, or nobody asks any more. True if that was not so. */
  clearObject(resourceName: string): boolean {
    return this.#unknown.delete(resourceName);
  }

  /** True if nothing can be said of an object. */
  hasObject(resourceName: string): boolean {
    return this.#unknown.has(resourceName);
  }

  /** Says which objects have been unknown for a while, and which no more: to be called from time to time. */
  settle(): void {
    const late = [...this.#unknown].filter(([, { at }]) => performance.now() - at > unknownMs);
    const unknown = late.map(([resourceName, { owner, finding }]) => ({ object: { resourceName, owner }, finding }));
    const errors = unknownErrors(this.#environment, unknown, []);
    const now = new Map(
      errors.map(({ cluster = "", owner = "", finding }) => [`objects/${cluster}/${owner}/${finding.code}`, finding]),
    );
    for (const [key, finding] of now) this.#say(key, {}, finding);
    for (const key of [...this.#lost.keys()]) {
      if (key.startsWith("objects/") && !now.has(key)) this.#say(key, {}, undefined);
    }
  }

  #say(key: string, about: Pick<WatchedProblem, "cluster" | "kind">, finding: Finding | undefined): void {
    const before = this.#lost.get(key);
    const time = this.#now();
    if (finding === undefined) {
      this.#lost.delete(key);
      if (before !== undefined) this.#emit([{ ...before, step: "back", time }]);
    } else if (before === undefined) {
      const problem: WatchedProblem = { step: "lost", time, since: time, ...about, finding };
      this.#lost.set(key, problem);
      const isTold = this.#told.delete(finding.message);
      if (this.#emitting && !isTold) this.#emit([problem]);
    }
  }
}
