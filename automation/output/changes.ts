import type { Action, FieldChange, ObjectChange } from "../../core/plan/change.ts";
import { isPart } from "../../core/safety/cluster-parts.ts";
import type { HookRun } from "../engine/types.ts";
import {
  adoptionText,
  countByOwner,
  describeWork,
  hookObject,
  hooksByOwner,
  objectName,
  ownerName,
  severalClusters,
  shownActions,
  totalCounts,
  type ChangeSet,
} from "./change-set.ts";
import { columns } from "./columns.ts";
import { fieldValues } from "./field.ts";
import { span, widthOf, type Line } from "./line.ts";

const marks = {
  create: "+",
  adopt: "»",
  update: "~",
  replace: "±",
  delete: "-",
  release: "·",
} as const satisfies Record<Action, string>;

/** Fields of one object that are printed; the rest is counted. */
const mostFields = 20;

/** Applications that the closing sentence names; the rest is counted. */
const mostNames = 5;

/**
 * The table of changes: counts per owner, then one block of objects per owner. Nothing if nothing changes.
 * @param width Characters in which an object and its only field share a line; else the field gets its own.
 */
export function changeLines(set: ChangeSet, width = 120): Line[] {
  if (set.changes.length === 0 && (set.hooks ?? []).length === 0) return [];
  const withCluster = severalClusters(set);
  const byOwner = Map.groupBy(set.changes, ({ owner }) => owner);
  const hooksOf = hooksByOwner(set);
  const blocks = countByOwner(set).flatMap(({ owner }): Line[] => {
    const { before, after } = hooksOf(owner);
    const objects = (byOwner.get(owner) ?? []).flatMap((change) => objectLines(change, withCluster, width));
    const hookLines = (hooks: readonly HookRun[]): Line[] => hooks.map((hook) => hookLine(hook, withCluster));
    const lines = [...hookLines(before), ...objects, ...hookLines(after)];
    return lines.length === 0 ? [] : [[], [span("strong", ownerName(owner))], ...lines];
  });
  return [...countLines(set), ...blocks];
}

/** The counts per owner, with a total where there are several. */
function countLines(set: ChangeSet): Line[] {
  const owners = countByOwner(set);
  const withSame = set.same !== undefined;
  const actions = shownActions(owners);
  const head = ["", ...actions, ...(withSame ? ["same"] : [])].map((text): Line => [span("faint", text)]);
  const row = (name: Line, counts: Readonly<Record<Action | "same", number>>): Line[] => [
    name,
    ...actions.map((action): Line => [counts[action] === 0 ? span("faint", "-") : span(action, `${counts[action]}`)]),
    ...(withSame ? [[span("faint", `${counts.same}`)]] : []),
  ];
  const rows = owners.map(({ owner, counts }) => row([ownerName(owner)], counts));
  if (owners.length > 1) rows.push(row([span("strong", "total")], totalCounts(set)));
  return columns(
    [head, ...rows],
    [...actions.keys(), actions.length].map((at) => at + 1),
  );
}

/** The closing sentence: `3 to create, 1 hook to run`, or that there is nothing to do but to wait, or nothing at all. */
export function summary(set: ChangeSet, tense: "future" | "past"): string {
  const text = describeWork(totalCounts(set), set.hooks ?? [], tense);
  if (text !== "") return text;
  const nothing = tense === "future" ? "nothing to change" : "nothing changed";
  const [first, ...rest] = set.waits ?? [];
  if (first === undefined) return nothing;
  const names = [first, ...rest.slice(0, mostNames - 1)].join(", ");
  const all = rest.length < mostNames ? names : `${names} and ${rest.length + 1 - mostNames} more`;
  const verb = rest.length === 0 ? "is" : "are";
  return tense === "future"
    ? `${nothing}; up waits until ${all} ${verb} healthy`
    : `${nothing}; ${all} ${verb} healthy`;
}

/** `▸ run Job.batch shop/migrate  (pre-deploy hook)`; how it ended, if it did not end well. */
function hookLine(hook: HookRun, withCluster: boolean): Line {
  const ended = hook.state === "failed" || hook.state === "skipped" ? [span("bad", `  ${hook.state}`)] : [];
  return [
    "  ",
    span("update", `▸ run ${hookObject(hook, withCluster)}`),
    span("faint", `  (${hook.phase} hook)`),
    ...ended,
  ];
}

function objectLines(change: ObjectChange, withCluster: boolean, width: number): Line[] {
  const { action } = change;
  const head: Line = [
    "  ",
    span(action, `${marks[action]} ${objectName(change, withCluster)}`),
    ...(action === "replace" ? [span("replace", "  deleted and created again")] : []),
    ...(action === "release"
      ? [span("release", `  stays ${isPart(change) ? "at AWS" : "on the cluster"}, no longer managed`)]
      : []),
    ...(action === "adopt" ? [span("adopt", `  ${adoptionText(change)}`)] : []),
    ...(change.orphan === true ? [span("faint", "  orphan: left by a run that was killed, or by a lost state")] : []),
  ];
  if (["create", "delete", "release"].includes(action)) return [head];
  const [only, ...others] = change.fields;
  const short: Line = only === undefined ? [] : [...head, "  ", ...fieldLine(change, only)];
  if (others.length === 0 && only !== undefined && widthOf(short) <= width) return [short];
  const shown = change.fields.slice(0, mostFields).map((field): Line => ["      ", ...fieldLine(change, field)]);
  const hidden = change.fields.length - shown.length;
  return [head, ...shown, ...(hidden > 0 ? [[span("faint", `      … and ${hidden} more fields`)]] : [])];
}

function fieldLine(change: ObjectChange, field: FieldChange): Line {
  const { before, after } = fieldValues(change, field);
  const path = `${field.path}: `;
  if (before === undefined) return [path, span("create", after ?? ""), span("faint", " (added)")];
  if (after === undefined) return [path, span("delete", before), span("faint", " (removed)")];
  return [path, before, span("faint", " → "), span("update", after)];
}
