import type { Finding } from "../errors/finding.ts";
import { parseResourceName } from "../plan/identity.ts";
import type { DriftError } from "./report.ts";

/** An object of which nothing is known, and why. */
export interface Unknown {
  readonly object: { readonly resourceName: string; readonly owner: string };
  readonly finding: Finding;
}

/**
 * One error for all objects of an owner on a cluster that are unknown for the same reason; one for all of them where
 * nothing at all has a baseline. What an error of a whole cluster or application explains is not said again.
 */
export function unknownErrors(
  environment: string,
  unknown: readonly Unknown[],
  known: readonly DriftError[],
): readonly DriftError[] {
  const explained = new Set(known.flatMap(({ objects }) => objects));
  const rest = unknown.filter(({ object }) => !explained.has(object.resourceName));
  const groups = Map.groupBy(rest, ({ object, finding }) =>
    [clusterOf(object.resourceName), object.owner, finding.code, finding.message].join("\0"),
  );
  return [...groups.values()].flatMap((group): readonly DriftError[] => {
    const [first] = group;
    if (first === undefined) return [];
    const { object, finding } = first;
    const others = group.length - 1;
    const subject = others === 0 ? object.resourceName : `${object.resourceName} and ${others} more`;
    return [
      {
        finding: {
          ...finding,
          message: `${subject}: ${finding.message}`,
          place: finding.place ?? placeOf(environment, object.owner),
        },
        cluster: clusterOf(object.resourceName),
        owner: object.owner,
        objects: group.map((each) => each.object.resourceName),
      },
    ];
  });
}

function clusterOf(resourceName: string): string {
  return parseResourceName(resourceName)?.cluster ?? "";
}

function placeOf(environment: string, owner: string): { readonly file: string; readonly field: string } {
  return { file: `environments/${environment}.yaml`, field: owner.replace(/^(application|tenant)\//, "$1s.") };
}
