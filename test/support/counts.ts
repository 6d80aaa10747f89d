import { readFile } from "node:fs/promises";
import { ignore } from "../../core/errors/system-error.ts";

/** How many tests ended how. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** What the reporter counted; nothing at all if it never came to count. */
export async function readCounts(file: string): Promise<Counts> {
  const text = await readFile(file, "utf8").catch(ignore("ENOENT"));
  const { passed = 0, failed = 0, skipped = 0 } = JSON.parse(text ?? "{}") as Partial<Counts>;
  return { passed, failed, skipped };
}

/** The last line of a test run: `12 passed, 0 failed`, with `, 3 skipped` where tests were skipped. */
export function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped === 0 ? "" : `, ${skipped} skipped`}`;
}
