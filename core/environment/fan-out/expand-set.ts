import { DriftlessError } from "../../errors/error.ts";
import { quote } from "../../errors/quote.ts";
import type { SourceTree } from "../../git/tree.ts";
import { nodeAt, type Entry, type MapNode, type Path } from "../node.ts";
import type { Problem } from "../problem.ts";
import { enumerate } from "../text.ts";
import { itemsOf, mapNode, type ApplicationSetDocument, type Item } from "./generators.ts";
import { instantiate } from "./instantiate.ts";
import { fanOutLimits, LimitReached, type Budget } from "./limits.ts";

/** Where an application comes from that nobody wrote by its name. */
export interface SetMember {
  /** Name of the application set. */
  readonly set: string;
  /** What the application was made of: `folder "applications/web", cluster "eu"`. */
  readonly item: string;
}

/** What the sets of a document share. */
export interface SetContext {
  readonly root: MapNode;
  readonly tree: SourceTree | undefined;
  readonly budget: Budget;
  readonly report: (problem: Problem) => void;
  /** Applications by name, of this set and all others. */
  readonly entries: Map<string, Entry>;
  /** Those of `entries` that sets made. */
  readonly members: Map<string, SetMember>;
  /** True for stand-ins, whose names say nothing. */
  readonly isSample?: boolean;
}

/**
 * Adds the applications of one set.
 * @throws LimitReached
 */
export function expandSet(name: string, set: ApplicationSetDocument, context: SetContext): void {
  const path = ["applicationSets", name];
  const template = nodeAt(context.root, [...path, "template"]);
  if (template?.kind !== "map") return;
  try {
    const items = itemsOf({ ...context, path, set });
    checkCount(path, set, items, context);
    for (const combination of combinations(items)) addApplication(name, template, combination, context);
  } catch (error) {
    if (!(error instanceof DriftlessError)) throw error;
    const [{ code, message, fix }] = error.findings;
    context.report({ code, message, fix, path: [...path, "from", "folders"] });
  }
}

function checkCount(
  path: Path,
  { from, allowEmpty }: ApplicationSetDocument,
  items: readonly (readonly Item[])[],
  { members, report }: SetContext,
): void {
  const count = items.reduce((product, each) => product * each.length, 1);
  if (members.size + count > fanOutLimits.applications) {
    throw new LimitReached(`The applications that sets make are more than ${fanOutLimits.applications}.`);
  }
  if (count > 0 || allowEmpty) return;
  const empty = Object.keys(from).filter((_, index) => items[index]?.length === 0);
  const message = `The application set makes no applications: ${enumerate(empty, "and")} gives nothing.`;
  const fix = "Correct it; if nothing is what is meant, write `allowEmpty: true`.";
  report({ code: "SET_EMPTY", message, fix, path: [...path, "from"] });
}

function addApplication(set: string, template: MapNode, items: readonly Item[], context: SetContext): void {
  const { root, budget, entries, members } = context;
  const member: SetMember = { set, item: items.map(({ label }) => label).join(", ") };
  const path = ["applicationSets", set, "template"];
  let failed = false;
  const report = (problem: Omit<Problem, "code">): void => {
    failed = true;
    context.report({ code: "CONFIG_INVALID", ...problem, path: [...path, ...problem.path], member });
  };
  const scope = mapNode(root.at, Object.fromEntries(items.map(({ name, values }) => [name, values])));
  const made = instantiate(template, { scope, budget, report });
  const name = nodeAt(made, ["name"]);
  if (failed || made.kind !== "map" || name?.kind !== "scalar") return;
  if (typeof name.value !== "string") {
    report({ path: ["name"], message: "The name of an application is text.", fix: "Put the value in quotes." });
    return;
  }
  if (entries.has(name.value) && context.isSample !== true) {
    const other = members.get(name.value);
    const source =
      other === undefined ? `\`applications.${name.value}\`` : `the set ${quote(other.set)} (${other.item})`;
    const message = `There is an application ${quote(name.value)} already, of ${source}.`;
    report({ path: ["name"], message, fix: "Give each a name of its own, or leave one of them out." });
    return;
  }
  const fields = new Map(made.entries);
  fields.delete("name");
  entries.set(name.value, { key: name.at, value: { ...made, entries: fields } });
  members.set(name.value, member);
}

/** Every combination of one item of each generator, the last changing fastest. */
function* combinations(items: readonly (readonly Item[])[]): Generator<readonly Item[]> {
  const [first, ...rest] = items;
  if (first === undefined) {
    yield [];
    return;
  }
  for (const item of first) for (const others of combinations(rest)) yield [item, ...others];
}
