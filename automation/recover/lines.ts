import type { Loss } from "../../core/recover/losses.ts";
import type { ClusterRemains } from "../engine/lost.ts";
import { span, type Line } from "../output/line.ts";

/** More than so many of one kind of loss are counted. */
const mostNamed = 12;

/** What a person has to know before agreeing: which clusters, and what does not come back. */
export function lossLines(
  lost: readonly ClusterRemains[],
  rebuilt: ReadonlySet<string>,
  losses: readonly Loss[],
): readonly Line[] {
  const known = new Set(lost.map(({ cluster }) => cluster));
  return [
    ...lost.map((each): Line => [span("bad", "lost"), `  ${each.cluster}: ${remainsText(each)}`]),
    ...[...rebuilt]
      .filter((cluster) => !known.has(cluster))
      .map((cluster): Line => [span("update", "unfinished"), `  ${cluster}: not all of it has been made yet`]),
    [],
    [span("strong", "What this does not bring back:")],
    ...losses.flatMap(({ what, objects }): Line[] => [
      [`- ${what}`],
      ...objects.slice(0, mostNamed).map((object): Line => [`    ${object}`]),
      ...(objects.length > mostNamed ? [[`    and ${objects.length - mostNamed} more`] as Line] : []),
    ]),
    [],
  ];
}

function remainsText({ kept, live, held, found, gone }: ClusterRemains): string {
  if (gone === true) return `AWS does not have it any more (${held} ${held === 1 ? "object" : "objects"})`;
  const identity =
    kept === undefined || live === undefined || kept === live
      ? "none of what it held is there"
      : `it was ${kept}, and is ${live} now`;
  const left = found === 0 ? "" : `; ${found} objects of this environment are there and taken over`;
  return `${identity} (${held} objects)${left}`;
}
