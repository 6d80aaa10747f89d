import { DriftlessError } from "../core/errors/error.ts";
import type { Io } from "./io.ts";

/** What the work gives, or what is wrong in our words; being stopped is neither, and is thrown. */
export async function settled<Result>(
  { io }: { readonly io: Pick<Io, "signal"> },
  work: () => Promise<Result>,
): Promise<Result | { readonly findings: DriftlessError["findings"] }> {
  try {
    return await work();
  } catch (error) {
    io.signal.throwIfAborted();
    if (!(error instanceof DriftlessError)) throw error;
    return { findings: error.findings };
  }
}
