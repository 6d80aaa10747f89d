/** Everything that the command line takes from its surroundings; tests pass their own. */
export interface Io {
  /** Writes results. Nothing else goes there, so that it can be piped. */
  stdout(text: string): void;
  /** Writes progress and errors. */
  stderr(text: string): void;
  /** True if stdout is a terminal: colours, and lines cut to `columns`. */
  readonly isTerminal: boolean;
  /** True if stderr is a terminal: progress is one line that changes in place. */
  readonly progressInPlace: boolean;
  /** Width of the terminal in characters. Default: lines are never cut. */
  readonly columns?: number;
  /** Environment variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that relative paths and the search for the project start from. */
  readonly cwd: string;
  /** Folder of the machine's cache, such as `~/.cache/driftless`. */
  readonly cache: string;
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
  /** Aborted when nobody reads stdout any more, such as `head` that has seen enough. Default: never. */
  readonly closed?: AbortSignal;
  /** The time. */
  now(): Date;
  /** Asks a person and returns the answer; absent where nobody can answer. */
  ask?(question: string): Promise<string>;
}
