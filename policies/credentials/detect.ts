import { z } from "zod";
import data from "./patterns.json" with { type: "json" };

const expression = z
  .object({ source: z.string(), flags: z.string() })
  // Compiled when it is first needed: most never are.
  .transform(({ source, flags }) => {
    let compiled: RegExp | undefined;
    return () => (compiled ??= new RegExp(source, `${flags}g`));
  });
const allowed = z.object({
  target: z.enum(["secret", "match", "line"]),
  regexes: z.array(expression),
  stopwords: z.array(z.string()),
});
const table = z
  .object({
    allow: allowed,
    patterns: z.array(
      z
        .object({
          id: z.string(),
          keywords: z.array(z.string()),
          entropy: z.number().default(0),
          group: z.number().optional(),
          allow: z.array(allowed).default([]),
          source: z.string(),
          flags: z.string(),
        })
        .transform(({ source, flags, ...rest }) => ({ ...rest, expression: expression.parse({ source, flags }) })),
    ),
  })
  .parse(data);

type Allowed = z.infer<typeof allowed>;
type Pattern = (typeof table.patterns)[number];

/** The pattern that finds what only its name and its disorder give away, and so is wrong most often. */
export const genericPattern = "generic-api-key";

/** Kinds of credentials that a text may hold, by a quick look: none that is not among them is in it. */
export function candidates(text: string): readonly Pattern[] {
  const lower = text.toLowerCase();
  return table.patterns.filter((each) => mayBeIn(lower, each));
}

/** Those of some patterns whose credentials a text holds. */
export function credentialsIn(text: string, patterns: readonly Pattern[]): readonly string[] {
  const lower = text.toLowerCase();
  return patterns.filter((each) => mayBeIn(lower, each) && holds(text, each)).map(({ id }) => id);
}

function mayBeIn(lower: string, { keywords }: Pattern): boolean {
  return keywords.some((keyword) => lower.includes(keyword));
}

function holds(text: string, { expression, group, entropy, allow }: Pattern): boolean {
  for (const match of text.matchAll(expression())) {
    const groups = match.slice(1);
    const secret = (group === undefined ? groups.find((each) => each) : match[group]) ?? match[0];
    if (entropyOf(secret) <= entropy) continue;
    const targets = { secret, match: match[0], line: lineAt(text, match.index, match[0].length) };
    if (![table.allow, ...allow].some((each) => isAllowed(each, targets))) return true;
  }
  return false;
}

function isAllowed({ target, regexes, stopwords }: Allowed, targets: Record<Allowed["target"], string>): boolean {
  const lower = targets.secret.toLowerCase();
  return (
    regexes.some((each) => targets[target].search(each()) !== -1) || stopwords.some((word) => lower.includes(word))
  );
}

function lineAt(text: string, index: number, length: number): string {
  const start = text.lastIndexOf("\n", index) + 1;
  const end = text.indexOf("\n", index + length);
  return text.slice(start, end === -1 ? undefined : end);
}

/** Shannon entropy of a text, in bits per character. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return [...counts.values()].reduce((sum, count) => sum - (count / total) * Math.log2(count / total), 0);
}
