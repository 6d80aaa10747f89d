import { resourceName } from "../../core/plan/identity.ts";
import { objectTitle } from "../../core/plan/titles.ts";
import type { ClaimedObject, Claims } from "../takeover/find.ts";
import { columns } from "./columns.ts";
import { span, type Line } from "./line.ts";
import { count } from "./text.ts";

/** Objects that are shown one by one. */
const mostShown = 20;

/** What `--json` prints of objects that others claim. */
export function claimsField({ objects, unlisted }: Claims) {
  return {
    objects: objects.map(({ server, live, managers }) => ({
      object: resourceName(server.cluster, live),
      managers: [...managers],
    })),
    unlisted: [...unlisted],
  };
}

/** Who else claims fields, and of how many objects. */
export function managerLines(environment: string, { objects, unlisted }: Claims): readonly Line[] {
  const managers = [...new Set(objects.flatMap(({ managers: names }) => names))].sort();
  if (managers.length === 0) {
    return [[span("strong", environment), ": nobody else claims fields of its objects"], ...unlistedLines(unlisted)];
  }
  const rows = managers.map((name): readonly Line[] => {
    const theirs = objects.filter((object) => object.managers.includes(name));
    const [first] = theirs;
    return [[name], [String(theirs.length)], first === undefined ? [] : [`such as ${nameOf(first)}`]];
  });
  const heading = ["field manager", "objects", ""].map((text): Line => [span("faint", text)]);
  return [
    ...columns([heading, ...rows], [1]),
    [],
    [
      span("strong", environment),
      `: of one that is gone for good, driftless takeover ${environment} --from <manager> ends the claims`,
    ],
    ...unlistedLines(unlisted),
  ];
}

/** The objects on which claims are about to end. */
export function claimLines({ objects, unlisted }: Claims, managers: readonly string[]): readonly Line[] {
  const rows = objects
    .slice(0, mostShown)
    .map((object): readonly Line[] => [
      ["  ", nameOf(object)],
      [span("faint", object.managers.filter((name) => managers.includes(name)).join(", "))],
    ]);
  const hidden = objects.length - rows.length;
  return [
    ...columns(rows),
    ...(hidden > 0 ? [[span("faint", `  … and ${hidden} more`)]] : []),
    ...(objects.length > 0 ? [[]] : []),
    ...unlistedLines(unlisted),
  ];
}

function unlistedLines(unlisted: readonly string[]): readonly Line[] {
  if (unlisted.length === 0) return [];
  return [[span("bad", `${count(unlisted.length, "kind")} could not be listed: ${unlisted.join(", ")}`)]];
}

function nameOf({ server, live }: ClaimedObject): string {
  return objectTitle(resourceName(server.cluster, live));
}
