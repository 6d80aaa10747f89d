/** A part of a text with placeholders: text as it stands, or the dotted name of a value. */
export type Part = { readonly text: string } | { readonly name: readonly string[] };

/** What a text is made of, or why it cannot be read. */
export type ParsedText = { readonly parts: readonly Part[] } | { readonly problem: string; readonly fix: string };

const dottedName = /^[A-Za-z][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*$/;

/** True if a text may hold a placeholder, or an escaped one. */
export function hasPlaceholder(text: string): boolean {
  return text.includes("{{");
}

/** Reads a text such as `{{ folder.name }}-{{ cluster.name }}`; `\{{` stands for `{{` itself. */
export function parsePlaceholders(text: string): ParsedText {
  const parts: Part[] = [];
  let at = 0;
  for (let open = text.indexOf("{{"); open !== -1; open = text.indexOf("{{", at)) {
    if (text[open - 1] === "\\" && open > at) {
      parts.push({ text: `${text.slice(at, open - 1)}{{` });
      at = open + 2;
      continue;
    }
    const close = text.indexOf("}}", open);
    if (close === -1) {
      const fix = "Close it with `}}`, or write `\\{{` where two braces are meant.";
      return { problem: "A placeholder begins with `{{` and does not end.", fix };
    }
    const name = text.slice(open + 2, close).trim();
    if (!dottedName.test(name)) {
      const fix = "Write a name such as `{{ cluster.name }}`, or `\\{{` where two braces are meant.";
      return { problem: "A placeholder holds the dotted name of a value and nothing else.", fix };
    }
    if (open > at) parts.push({ text: text.slice(at, open) });
    parts.push({ name: name.split(".") });
    at = close + 2;
  }
  if (at < text.length) parts.push({ text: text.slice(at) });
  return { parts };
}
