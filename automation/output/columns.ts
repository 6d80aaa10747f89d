import { widthOf, type Line } from "./line.ts";

/** One cell of a table. */
export type Cell = Line;

/**
 * Rows as lines with their cells under each other, two spaces apart.
 * Columns whose index is in `right` are aligned to the right; the last column is never padded.
 */
export function columns(rows: readonly (readonly Cell[])[], right: readonly number[] = []): Line[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, widthOf(cell))));
  }
  return rows.map((row) =>
    row.flatMap((cell, index) => {
      const padding = " ".repeat((widths[index] ?? 0) - widthOf(cell));
      const gap = index === 0 ? [] : ["  "];
      if (right.includes(index)) return [...gap, padding, ...cell];
      return index === row.length - 1 ? [...gap, ...cell] : [...gap, ...cell, padding];
    }),
  );
}
