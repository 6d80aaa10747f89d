/** A part of a text with parameters: text as it stands, or the name of a parameter. */
export type Part = { readonly text: string } | { readonly name: string };

/** What a text is made of, or what in it cannot be read. */
export type ParsedText = { readonly parts: readonly Part[] } | { readonly problem: string };

const marks = /\$\$\{|\$\{([^}]*)\}|\$\{/g;

/** Reads a text such as `${name}-web`; `$${` stands for `${` itself. */
export function parseReferences(text: string): ParsedText {
  const parts: Part[] = [];
  let at = 0;
  for (const { 0: mark, 1: name, index } of text.matchAll(marks)) {
    if (mark !== "$${" && (name === undefined || !/^[A-Za-z][A-Za-z0-9_]*$/.test(name))) return { problem: mark };
    if (index > at) parts.push({ text: text.slice(at, index) });
    parts.push(name === undefined ? { text: "${" } : { name });
    at = index + mark.length;
  }
  if (at < text.length) parts.push({ text: text.slice(at) });
  return { parts };
}
