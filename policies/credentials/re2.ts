/** A regular expression as `RegExp` takes it. */
export interface Expression {
  readonly source: string;
  readonly flags: string;
}

/**
 * A pattern of Go's RE2 as JavaScript writes it. Names of groups go, so that they do not count as what was looked for.
 * @throws if it uses something that has no counterpart here.
 */
export function toJavaScript(pattern: string): Expression {
  const leading = /^\(\?([is]+)\)/.exec(pattern);
  const flags = leading?.[1] ?? "";
  const source = closeFlags(pattern.slice(leading?.[0].length ?? 0))
    .replaceAll(/\(\?P<\w+>/g, "(?:")
    .replaceAll("[[:alnum:]]", "[a-zA-Z0-9]")
    .replaceAll("[^]]", "[^\\]]")
    .replaceAll("\\z", "$")
    // RE2 takes linear time, whatever the pattern; this takes the square of what a dot may run over.
    .replaceAll(/\\.|\[(?:\\.|[^\]\\])*\]|\.\*/g, (part) => (part === ".*" ? ".{0,500}" : part));
  return { source: new RegExp(source, flags).source, flags };
}

/** `(?i)` inside a pattern holds until its group ends, which JavaScript writes as a group: `(?i:…)`. */
function closeFlags(pattern: string): string {
  const flags = /\(\?[is]+\)/.exec(pattern);
  if (flags === null) return pattern;
  const [found] = flags;
  const from = flags.index + found.length;
  const end = endOfAlternative(pattern, from);
  // The next alternative of the group has the flags too.
  const rest = pattern[end] === "|" ? `|${found}${pattern.slice(end + 1)}` : pattern.slice(end);
  return `${pattern.slice(0, flags.index)}${found.slice(0, -1)}:${closeFlags(pattern.slice(from, end))})${closeFlags(rest)}`;
}

/** Where the alternative around a position ends: at a bar, at the bracket of its group, or with the pattern. */
function endOfAlternative(pattern: string, from: number): number {
  let depth = 0;
  let inClass = false;
  for (let at = from; at < pattern.length; at++) {
    const character = pattern[at];
    if (character === "\\") at++;
    else if (inClass) inClass = character !== "]";
    else if (character === "[") inClass = true;
    else if (character === "(") depth++;
    else if (depth === 0 && (character === "|" || character === ")")) return at;
    else if (character === ")") depth--;
  }
  return pattern.length;
}
