import type { AuditEvent, AuditFacts, AuditTarget } from "./event.ts";
import { evidenceOf, type Evidence } from "./evidence.ts";
import type { AuditQuestion } from "./question.ts";

/** What is kept of a request that may answer a question: no bodies. */
export interface Trace extends AuditFacts {
  /** For each difference that is asked about. */
  readonly evidence: readonly Evidence[];
}

/** The requests that were found for one question; newest first once it is `sorted`. */
export interface Trail {
  readonly question: AuditQuestion;
  readonly traces: readonly Trace[];
  /** Deletions of the namespace that the object was in. */
  readonly namespaceDeletions: readonly Trace[];
}

/** How many requests are kept for one question: something that writes each second must not fill the memory. */
const mostTraces = 2_000;

interface Slot {
  readonly question: AuditQuestion;
  readonly traces: Trace[];
  readonly namespaceDeletions: Trace[];
  readonly ids: Set<string>;
}

/** Files requests under the questions that they may answer. */
export class Trails {
  readonly #slots: readonly Slot[];
  readonly #byObject: ReadonlyMap<string, readonly Slot[]>;
  readonly #byKind: ReadonlyMap<string, readonly Slot[]>;
  readonly #byNamespace: ReadonlyMap<string, readonly Slot[]>;

  constructor(questions: readonly AuditQuestion[]) {
    this.#slots = questions.map((question) => ({ question, traces: [], namespaceDeletions: [], ids: new Set() }));
    const gone = this.#slots.filter(({ question: { verdict } }) => verdict === "deleted" || verdict === "recreated");
    this.#byObject = Map.groupBy(this.#slots, ({ question }) => objectKey(question));
    this.#byKind = Map.groupBy(gone, ({ question }) => kindKey(question));
    this.#byNamespace = Map.groupBy(gone, ({ question }) => question.namespace ?? "");
  }

  /** True if a request about this may answer a question; asked before a line is read in full. */
  wants(target: AuditTarget): boolean {
    if (target.subresource === "status") return false;
    return this.#slotsOf(target).length > 0 || this.#namespaceSlots(target).length > 0;
  }

  add(event: AuditEvent): void {
    const { target, verb } = event.facts;
    for (const slot of this.#slotsOf(target)) {
      if (target.name === undefined && verb !== "deletecollection") continue;
      this.#keep(slot, slot.traces, event);
    }
    if (verb !== "delete") return;
    for (const slot of this.#namespaceSlots(target)) this.#keep(slot, slot.namespaceDeletions, event);
  }

  /** What was found, newest first. */
  all(): readonly Trail[] {
    const newest = (traces: readonly Trace[]): readonly Trace[] =>
      traces.toSorted((left, right) => right.answered - left.answered);
    return this.#slots.map(({ question, traces, namespaceDeletions }) => ({
      question,
      traces: newest(traces),
      namespaceDeletions: newest(namespaceDeletions),
    }));
  }

  #keep({ question, ids }: Slot, list: Trace[], event: AuditEvent): void {
    // The same request may stand in a log and in the copy that was just put aside.
    if (ids.has(event.facts.id) || list.length >= mostTraces) return;
    ids.add(event.facts.id);
    const evidence = question.differences.map((each) => (question.secret ? "silent" : evidenceOf(event, each)));
    list.push({ ...event.facts, evidence });
  }

  #slotsOf(target: AuditTarget): readonly Slot[] {
    const found = target.name === undefined ? this.#byKind.get(kindKey(target)) : this.#byObject.get(objectKey(target));
    return found ?? [];
  }

  #namespaceSlots({ group, resource, name }: AuditTarget): readonly Slot[] {
    if (group !== "" || resource !== "namespaces" || name === undefined) return [];
    return this.#byNamespace.get(name) ?? [];
  }
}

type Named = Pick<AuditTarget, "group" | "resource" | "namespace" | "name">;

function kindKey({ group, resource, namespace = "" }: Named): string {
  return `${group}/${resource}/${namespace}`;
}

/** The name and the namespace of a Namespace are the same, and only some requests give both. */
function objectKey({ group, resource, namespace, name = "" }: Named): string {
  const isNamespace = group === "" && resource === "namespaces";
  return `${kindKey({ group, resource, ...(namespace === undefined || isNamespace ? {} : { namespace }) })}/${name}`;
}
