import { failure } from "../errors/error.ts";
import type { ExportedFile } from "../git/export.ts";

const mebibyte = 1024 ** 2;

/** What one rendering may use. */
export const renderLimits = {
  seconds: 60,
  memoryBytes: 1024 * mebibyte,
  outputBytes: 64 * mebibyte,
  inputFiles: 10_000,
  inputBytes: 64 * mebibyte,
} as const;

/** @throws RENDER_LIMIT if an application has more or larger files than a renderer may read. */
export function checkInputs(path: string, files: readonly ExportedFile[]): void {
  const fix = "Split it into several applications, or keep other files elsewhere.";
  if (files.length > renderLimits.inputFiles)
    throw failure("RENDER_LIMIT", `The application has more than ${renderLimits.inputFiles} files.`, fix, {
      place: { file: path },
    });
  const bytes = files.reduce((sum, { from }) => sum + from.size, 0);
  if (bytes > renderLimits.inputBytes)
    throw failure("RENDER_LIMIT", `The application has more than ${renderLimits.inputBytes / mebibyte} MiB.`, fix, {
      place: { file: path },
    });
}
