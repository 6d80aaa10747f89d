import type { Io } from "./io.ts";
import type { Line } from "./output/line.ts";
import type { Progress } from "./output/progress.ts";

/** How results are printed. */
export type OutputForm = "text" | "json" | "markdown" | "sarif" | "junit";

/** One run of one command: where it works and how it speaks. */
export interface Session {
  readonly io: Io;
  /** Absolute path of the project's folder. */
  readonly project: string;
  readonly form: OutputForm;
  readonly progress: Progress;
  /** Prints lines before the command has ended, in text form only: what a person has to see before answering. */
  show(lines: readonly Line[]): void;
}
