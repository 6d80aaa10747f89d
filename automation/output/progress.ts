import type { Io } from "../io.ts";
import { plain } from "./plain.ts";

/** What long work says about itself, on stderr. */
export interface Progress {
  /** Says what is being done: replaces the line before on a terminal, adds a line elsewhere. */
  step(line: string): void;
  /** Says what is being done in a moment: on a terminal only. */
  detail(line: string): void;
  /** Says something that stays. */
  note(line: string): void;
  /** Clears the changing line; results follow. */
  end(): void;
}

/** Progress that writes to `io`, or one that says nothing if `quiet`. */
export function createProgress(io: Pick<Io, "stderr" | "progressInPlace" | "columns">, quiet: boolean): Progress {
  let last = "";
  let shown = false;
  const clear = (): void => {
    if (shown) io.stderr("\r\u001b[2K");
    shown = false;
  };
  const step = (line: string): void => {
    const text = plain(line);
    if (quiet || text === "" || text === last) return;
    last = text;
    if (!io.progressInPlace) return io.stderr(`${text}\n`);
    clear();
    // One column short, so that no terminal wraps the line and leaves half of it behind.
    io.stderr([...text].slice(0, (io.columns ?? 80) - 1).join(""));
    shown = true;
  };
  const note = (line: string): void => {
    clear();
    if (!quiet) io.stderr(`${plain(line)}\n`);
  };
  const detail = (line: string): void => {
    if (io.progressInPlace) step(line);
  };
  return { step, detail, note, end: clear };
}
