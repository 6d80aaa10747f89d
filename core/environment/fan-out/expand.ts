import type { SourceTree } from "../../git/tree.ts";
import { entryAt, nodeAt, toValue, type Entry, type MapNode } from "../node.ts";
import type { Problem } from "../problem.ts";
import { applicationSet } from "../schema/application-set.ts";
import { expandSet, type SetMember } from "./expand-set.ts";
import { mapNode } from "./generators.ts";
import { Budget, LimitReached } from "./limits.ts";

/** A document and the applications of its sets. */
export interface Expansion {
  /** The document, its sets included, with one more entry under `applications` for each application that they make. */
  readonly root: MapNode;
  /** Applications of sets, by name. */
  readonly members: ReadonlyMap<string, SetMember>;
  readonly problems: readonly Problem[];
  /** Sets whose applications only the source can tell. */
  readonly waiting: readonly string[];
  /**
   * For checks of the templates of `waiting`: the document with one stand-in for each application that they would make of a
   * single folder, in place of all others.
   */
  readonly sample?: Pick<Expansion, "root" | "members">;
}

/** A document whose sets are left alone. */
export function unexpanded(root: MapNode): Expansion {
  return { root, members: new Map(), problems: [], waiting: [] };
}

/**
 * Makes the applications of every application set. Linear in what comes out; the order of sets and items does not matter.
 * A set that does not fit its schema is passed over: validation says why.
 * @param tree The source at the pin; without it, sets that are made of folders wait.
 */
export function expandSets(root: MapNode, tree: SourceTree | undefined): Expansion {
  const sets = nodeAt(root, ["applicationSets"]);
  const written = nodeAt(root, ["applications"]) ?? mapNode(root.at, {});
  if (sets?.kind !== "map" || written.kind !== "map") return unexpanded(root);

  const problems: Problem[] = [];
  const common = { root, tree, budget: new Budget(), report: (problem: Problem) => void problems.push(problem) };
  const made = { entries: new Map(written.entries), members: new Map<string, SetMember>() };
  const samples = { entries: new Map<string, Entry>(), members: new Map<string, SetMember>() };
  const waiting: string[] = [];
  for (const [name, { value }] of sets.entries) {
    const { data: set } = applicationSet.safeParse(toValue(value));
    if (set === undefined) continue;
    const waits = set.from.folders !== undefined && tree === undefined;
    if (waits) waiting.push(name);
    try {
      expandSet(name, set, waits ? { ...common, ...samples, isSample: true } : { ...common, ...made });
    } catch (error) {
      if (!(error instanceof LimitReached)) throw error;
      // What is wrong with thousands of them can wait.
      const fix = "Split the environment, or make each set smaller.";
      const path = ["applicationSets", name];
      return { ...unexpanded(root), problems: [{ code: "CONFIG_INVALID", path, message: error.message, fix }] };
    }
  }

  const key = entryAt(root, ["applications"])?.key ?? root.at;
  const withApplications = (entries: MapNode["entries"]): MapNode => ({
    ...root,
    entries: new Map(root.entries).set("applications", { key, value: { ...written, entries } }),
  });
  return {
    root: made.members.size === 0 ? root : withApplications(made.entries),
    members: made.members,
    problems,
    waiting,
    ...(waiting.length === 0 ? {} : { sample: { root: withApplications(samples.entries), members: samples.members } }),
  };
}
