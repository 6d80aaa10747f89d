import type { Difference, FieldManager } from "../drift/report.ts";
import { isOurManager } from "../plan/owned.ts";
import { earliest, isAt, type Actor, type AuditAnswer, type AuditQuestion } from "./question.ts";
import type { Trace, Trail } from "./trail.ts";

/** How many users are named where several may have been it. */
const mostActors = 3;

/**
 * Who did it.
 * @param complete Whether the log reaches back to when the object was last applied. If not, somebody who is not in it may
 * have been it: then nobody is named for being the only one who is.
 */
export function answer({ question, traces, namespaceDeletions }: Trail, complete: boolean): AuditAnswer {
  const { verdict } = question;
  const creations = traces.filter(({ created }) => created);
  if (verdict === "deleted") return { who: deletedBy(question, traces, namespaceDeletions), fields: [] };
  if (verdict === "recreated") {
    const made = madeBy(question, creations);
    const before = traces.filter(({ answered }) => made === undefined || answered <= made.answered);
    const gone = deletedBy(question, before, namespaceDeletions);
    return { who: [...gone, ...(made === undefined ? [] : [actor(made, "object")])], fields: [] };
  }
  if (verdict === "orphan") {
    const made = madeBy(question, creations) ?? madeBy(question, traces);
    return { who: made === undefined ? [] : [actor(made, "object")], fields: [] };
  }
  const others = traces.filter(({ manager }) => !isOurManager(manager));
  const fields = question.differences.map((each, at) => changedBy(each, at, question, { traces, others, complete }));
  return { who: [], fields };
}

/** True if nothing older could change the answer. */
export function isSettled({ question, traces, namespaceDeletions }: Trail): boolean {
  const { verdict, differences } = question;
  const isByNamespace = namespaceDeletions.length === 0 && traces.some(isNamespaceController);
  const gone = (): boolean => !isByNamespace && deletedBy(question, traces, namespaceDeletions).length > 0;
  if (verdict === "orphan") return madeBy(question, traces) !== undefined;
  if (verdict === "deleted") return gone();
  if (verdict === "recreated") return gone() && traces.some(({ created }) => created);
  return differences.every((_difference, at) => traces.some(({ evidence }) => evidence[at] === "other"));
}

/** The last deletion counts: one that came to nothing would leave the object there for another. */
function deletedBy(
  question: AuditQuestion,
  traces: readonly Trace[],
  namespaceDeletions: readonly Trace[],
): readonly Actor[] {
  const { made } = question;
  const isMeant = ({ answered, received }: Trace): boolean =>
    answered >= earliest(question) && (made === undefined || received <= made + 1_000);
  const deletions = traces.filter(({ verb }) => verb === "delete" || verb === "deletecollection").filter(isMeant);
  const [last] = deletions.filter(({ verb, selects }) => verb === "delete" || !selects);
  const found = last ?? deletions[0];
  if (found === undefined) return [];
  const [namespace] = isNamespaceController(found) ? namespaceDeletions.filter(isMeant) : [];
  return [actor(namespace ?? found, "object")];
}

/** The request by which an object came to be what it is. */
function madeBy({ made }: AuditQuestion, traces: readonly Trace[]): Trace | undefined {
  return traces.find((trace) => made === undefined || isAt(trace, made));
}

interface Requests {
  readonly traces: readonly Trace[];
  /** Those that are not ours. */
  readonly others: readonly Trace[];
  readonly complete: boolean;
}

function changedBy(
  difference: Difference,
  at: number,
  question: AuditQuestion,
  { traces, others, complete }: Requests,
): readonly Actor[] {
  const writer = writerOf(at, traces);
  if (writer !== undefined) return [actor(writer, "field")];
  const managers = difference.managers.filter(({ manager }) => !isOurManager(manager));
  if (managers.length > 0) {
    const found = managers.flatMap((manager) => requestsOf(manager, question, others));
    return found.map((trace) => actor(trace, "manager"));
  }
  return complete ? candidates(difference, at, question, others) : [];
}

/**
 * Whoever gave a field its value. The newest requests in a row after which it had that value are looked at: the oldest of
 * them made it so, if it had another value before. Where that is not known, a patch that names the field is as good.
 */
function writerOf(at: number, traces: readonly Trace[]): Trace | undefined {
  let oldest: Trace | undefined;
  for (const trace of traces) {
    const evidence = trace.evidence[at];
    if (evidence === "silent") continue;
    // A patch that does not name the field came after a change that is not in the log.
    if (evidence === "other") return oldest?.verb === "patch" && oldest.evidence[at] !== "wrote" ? undefined : oldest;
    oldest = trace;
  }
  return oldest?.evidence[at] === "wrote" ? oldest : undefined;
}

/**
 * The request that a manager wrote with at the time of its entry, or its last one where the entry has no time. Several
 * users may write under one name: whoever else did since the object was last applied may have been it.
 */
function requestsOf(
  { manager, subresource, time }: FieldManager,
  question: AuditQuestion,
  traces: readonly Trace[],
): readonly Trace[] {
  const second = time === undefined ? undefined : Date.parse(time);
  const same = traces.filter(
    (trace) => isWrite(trace) && trace.manager === manager && (trace.target.subresource ?? "") === (subresource ?? ""),
  );
  const last = same.findIndex((trace) => second === undefined || isAt(trace, second));
  if (last === -1) return [];
  return byUser(same.slice(last).filter(({ answered }, index) => index === 0 || answered >= earliest(question)));
}

/** The last request of each user. */
function byUser(traces: readonly Trace[]): readonly Trace[] {
  const each = Map.groupBy(traces, ({ user, as = "", manager }) => [user, as, manager].join("\0"));
  return [...each.values()].flatMap(([last]) => last ?? []).slice(0, mostActors);
}

/** Whoever wrote to the object since it was last applied; people, if there are any among them. */
function candidates(
  { path }: Difference,
  at: number,
  question: AuditQuestion,
  traces: readonly Trace[],
): readonly Actor[] {
  const since = possible(at, traces).filter((trace) => isWrite(trace) && trace.answered >= earliest(question));
  const scaled = path === "spec.replicas" ? since.filter(({ target }) => target.subresource === "scale") : [];
  if (scaled[0] !== undefined) return [actor(scaled[0], "object")];
  const plain = since.filter(({ target }) => target.subresource === undefined);
  const people = plain.filter((trace) => !isMachinery(trace));
  return byUser(people.length > 0 ? people : plain).map((trace) => actor(trace, "object"));
}

/** Requests that may have changed a field, as far as the log has bodies: not those before which it was so already. */
function possible(at: number, traces: readonly Trace[]): readonly Trace[] {
  const end = traces.findIndex(({ evidence }) => evidence[at] === "other");
  const newer = end === -1 ? traces : traces.slice(0, end);
  const last = newer.findLastIndex(({ evidence }) => evidence[at] === "has");
  return last === -1 ? newer : newer.slice(last);
}

function isWrite({ verb }: Trace): boolean {
  return verb === "create" || verb === "update" || verb === "patch";
}

function isMachinery({ user, userAgent }: Trace): boolean {
  return /^system:(serviceaccount:kube-system|kube-|node|apiserver)/.test(user) || /^kube-[a-z-]+\//.test(userAgent);
}

function isNamespaceController({ user, userAgent }: Trace): boolean {
  return user.endsWith(":namespace-controller") || userAgent.endsWith("/namespace-controller");
}

function actor({ user, as, userAgent, verb, answered, id }: Trace, match: Actor["match"]): Actor {
  return {
    user,
    ...(as === undefined ? {} : { as }),
    userAgent,
    verb,
    time: new Date(answered).toISOString(),
    auditId: id,
    match,
  };
}
