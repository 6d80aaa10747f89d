import { nearest } from "../errors/nearest.ts";
import { quote } from "../errors/quote.ts";
import { isName } from "./formats.ts";
import type { Text } from "./outline.ts";
import type { Problem } from "./problem.ts";
import { enumerate } from "./text.ts";

/** A suggestion looks at every known name, and thousands of names may be unknown at once. */
const mostSuggestions = 20;

/** Says that a name does not exist, and which may be meant; nothing if it exists, or if nobody can know. */
export type FindUnknown = (
  what: "cluster" | "tenant" | "application",
  text: Text,
  known: ReadonlySet<string> | ReadonlyMap<string, unknown> | undefined,
) => readonly Problem[];

/** A `FindUnknown` for one document. */
export function unknownNames(): FindUnknown {
  let left = mostSuggestions;
  return (what, text, known) => {
    // A text that is no name is a problem of its own, and a section that is no map cannot be searched.
    if (known === undefined || known.has(text.value) || !isName(text.value)) return [];
    left -= 1;
    const add = `add it under \`${what}s\``;
    const fix = left < 0 ? `Check the name or ${add}.` : suggestion(text.value, [...known.keys()], add);
    const message = `There is no ${what} ${quote(text.value)}.`;
    return [{ code: "CONFIG_INVALID", path: text.path, message, fix }];
  };
}

function suggestion(name: string, known: readonly string[], add: string): string {
  const meant = nearest(name, known);
  if (meant !== undefined) return `Did you mean ${quote(meant)}? Else ${add}.`;
  const choices = known.length === 0 ? "" : ` Known: ${enumerate(known.toSorted().slice(0, 10), "and")}.`;
  return `Check the name or ${add}.${choices}`;
}
