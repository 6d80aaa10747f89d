/** A change of a text: the characters from `start` to `end` become `text`. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A file that cannot be made to say something else without changing more than that. */
export class Unwritable extends Error {
  override readonly name = "Unwritable";
}

/** The text with all edits made; every other character stays. Of several at one place, the first comes first. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const isInsert = ({ start, end }: Edit): boolean => start === end;
  const sorted = edits.toSorted(
    (left, right) => left.start - right.start || Number(isInsert(right)) - Number(isInsert(left)),
  );
  let result = "";
  let at = 0;
  for (const { start, end, text: replacement } of sorted) {
    if (start < at) throw new Unwritable("two changes touch the same place");
    result += text.slice(at, start) + replacement;
    at = end;
  }
  return result + text.slice(at);
}
