import { enumerate } from "../environment/text.ts";
import { nearest } from "../errors/nearest.ts";
import { errorFinding, type Finding, type Place } from "../errors/finding.ts";
import { quote } from "../errors/quote.ts";

/** A setting that cannot be used. */
export function invalidSetting(message: string, fix: string, place: Place): Finding {
  return errorFinding("CONFIG_INVALID", message, fix, place);
}

/** What to do about a name that nobody knows: which is meant, or which there are. */
export function suggestName(name: string, known: Iterable<string>): string {
  const names = [...known].sort();
  const meant = nearest(name, names);
  if (meant !== undefined) return `Did you mean ${quote(meant)}?`;
  if (names.length === 0) return "Remove it.";
  return names.length > 12
    ? "Remove it, or choose from what `driftless policy list` shows."
    : `Known: ${enumerate(names, "and")}.`;
}
