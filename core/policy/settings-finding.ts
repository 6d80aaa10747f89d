import { enumerate } from "../environment/text.ts";
import { nearest } from "../errors/nearest.ts";
import { errorFinding, type Finding, type Place } from "../errors/finding.ts";
import { quote } from "../errors/quote.ts";
import type { KnownPack } from "./known-rule.ts";

/** A setting that cannot be used. */
export function invalidSetting(message: string, fix: string, place: Place): Finding {
  return errorFinding("CONFIG_INVALID", message, fix, place);
}

/** What to do about a name that nobody knows: which is meant, or which there are. */
export function suggestName(name: string, known: Iterable<string>): string {
  const names = [...known].sort();
  const meant = nearest(name, names);
  if (meant !== undefined) return `Did you mean ${quote(meant)}?`;
  return names.length === 0 ? "Remove it." : `Known: ${enumerate(names, "and")}.`;
}

/** A rule that none of some packs has. */
export function unknownRule(name: string, packs: readonly KnownPack[], place: Place): Finding {
  const titles = packs.map(({ title }) => title);
  const message =
    titles.length === 1
      ? `The policy pack ${quote(titles[0] ?? "")} has no rule ${quote(name)}.`
      : `None of the policy packs ${enumerate(titles, "and")} has a rule ${quote(name)}.`;
  return invalidSetting(message, suggestRule(name, packs), place);
}

/** A key such as `team-policies/image-tag-required` of a pack that the environment does not have. */
export function unknownPack(key: string, packs: readonly KnownPack[], place: Place): Finding {
  const [pack, rule] = [key.slice(0, key.lastIndexOf("/")), key.slice(key.lastIndexOf("/") + 1)];
  const owners = withRule(rule, packs);
  const titles = packs.map(({ title }) => title);
  const fix =
    owners.length === 0
      ? `Its packs are ${enumerate(titles, "and")}. ${suggestRule(rule, packs)}`
      : `Write ${enumerate([rule, ...owners.map(({ title }) => `${title}/${rule}`)])}.`;
  return invalidSetting(`The environment has no policy pack ${quote(pack)}.`, fix, place);
}

/** How to set a rule for one pack, behind another sentence; empty unless several packs have it. */
export function severalPacks({ rule, packs }: { readonly rule: string; readonly packs: readonly KnownPack[] }): string {
  const owners = withRule(rule, packs);
  if (owners.length < 2) return "";
  const keys = owners.map(({ title }) => `${title}/${rule}`);
  return ` Several packs have this rule; ${enumerate(keys)} is that of one.`;
}

function suggestRule(name: string, packs: readonly KnownPack[]): string {
  const meant = nearest(
    name,
    packs.flatMap(({ rules }) => rules.map((rule) => rule.name)),
  );
  if (meant !== undefined) return `Did you mean ${quote(meant)}?`;
  return packs
    .map(({ title, rules }) => `${quote(title)} has ${enumerate(rules.map((rule) => rule.name).sort(), "and")}.`)
    .join(" ");
}

function withRule(rule: string, packs: readonly KnownPack[]): readonly KnownPack[] {
  return packs.filter(({ rules }) => rules.some(({ name }) => name === rule));
}
