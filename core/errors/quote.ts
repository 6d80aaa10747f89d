/** Characters of a quotation: enough for most paths. */
const longest = 120;

/** Text from outside as a message may show it: quoted, short, and with nothing that a terminal would act on. */
export function quote(text: string): string {
  let shown = "";
  for (const character of text) {
    const escaped = escapeInvisible(JSON.stringify(character).slice(1, -1));
    if (shown.length + escaped.length > longest) return `"${shown}…"`;
    shown += escaped;
  }
  return `"${shown}"`;
}

/** Like `quote`, with every letter beyond ASCII as its code: for names, where a look-alike would confuse. */
export function quoteName(name: string): string {
  return quote(name).replace(/[^ -~…]/gu, codePoint);
}

function escapeInvisible(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, codePoint);
}

function codePoint(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
