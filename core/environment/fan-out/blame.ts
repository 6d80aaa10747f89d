import type { Finding } from "../../errors/finding.ts";
import { quote } from "../../errors/quote.ts";
import type { MapNode, Path } from "../node.ts";
import { locate, type Problem } from "../problem.ts";
import { formatPath } from "../text.ts";
import type { SetMember } from "./expand-set.ts";

/** Findings of one kind at one place of a template that are shown; a thousand items have a thousand otherwise. */
const mostAlike = 5;

/** Where a path of an expanded document was written: what an application of a set has is in the template of that set. */
export function writtenPath(path: Path, members: ReadonlyMap<string, SetMember>): Path {
  const [section, name, ...rest] = path;
  const member = section === "applications" && name !== undefined ? members.get(String(name)) : undefined;
  return member === undefined ? path : ["applicationSets", member.set, "template", ...rest];
}

/** A finding about an application of a set, and how many others there are like it. */
interface Alike {
  readonly finding: Finding;
  readonly member: SetMember;
  more: number;
}

/**
 * Problems of an expanded document as findings. What concerns an application of a set is said of the template, with the item
 * that it was found with, and what is said of several items is said once.
 */
export function locateAll(
  root: MapNode,
  problems: readonly Problem[],
  members: ReadonlyMap<string, SetMember>,
): readonly Finding[] {
  const findings: Finding[] = [];
  const kinds = new Map<string, Map<string, Alike>>();
  for (const problem of problems) {
    const { finding, member } = inTemplate(root, problem, members);
    if (member === undefined) {
      findings.push(finding);
      continue;
    }
    const key = JSON.stringify([member.set, finding.place?.field, finding.code]);
    const kind = kinds.get(key) ?? new Map<string, Alike>();
    kinds.set(key, kind);
    const known = kind.get(finding.message) ?? (kind.size < mostAlike ? undefined : [...kind.values()].at(-1));
    if (known === undefined) kind.set(finding.message, { finding, member, more: 0 });
    else known.more += 1;
  }
  return [...findings, ...[...kinds.values()].flatMap((kind) => [...kind.values()].map(blame))];
}

function inTemplate(
  root: MapNode,
  problem: Problem,
  members: ReadonlyMap<string, SetMember>,
): { readonly finding: Finding; readonly member: SetMember | undefined } {
  const finding = locate(root, problem);
  const [, name = ""] = problem.path;
  const path = writtenPath(problem.path, members);
  const member = path === problem.path ? undefined : members.get(String(name));
  if (member === undefined || finding.place === undefined) return { finding, member: problem.member };
  const isName = problem.path.length === 2 && problem.at === "key";
  const field = formatPath(isName ? [...path, "name"] : path);
  const own = formatPath(["applications", name]);
  const message = finding.message.replaceAll(`\`${own}`, `\`${formatPath(path.slice(0, 3))}`);
  return { finding: { ...finding, message, place: { ...finding.place, field } }, member };
}

function blame({ finding, member: { set, item }, more }: Alike): Finding {
  const others = more === 0 ? "" : `, and ${more} more`;
  const message = `${finding.message.replace(/\.$/, "")} (application set ${quote(set)}: ${item}${others}).`;
  return { ...finding, message };
}
