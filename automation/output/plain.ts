/**
 * Characters that could move the cursor, forge a line or reverse the reading order: control characters,
 * line and paragraph separators, bidirectional controls, zero-width characters.
 */
const unsafe = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** `text` as one line that is safe to print: tabs and line breaks become spaces, other unsafe characters go. */
export function plain(text: string): string {
  return text.replace(/[\t\r\n]+/g, " ").replace(unsafe, "");
}

/** `text` with unsafe characters written as `\uXXXX`: lossless inside a JSON string, where none of them is syntax. */
export function escapeUnsafe(json: string): string {
  return json.replace(unsafe, (character) =>
    character === "\n" ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
