import { DriftlessError } from "../../core/errors/error.ts";
import type { Session } from "../session.ts";
import type { Forge } from "./forge.ts";
import type { Offered } from "./offer.ts";

/**
 * Gives a pull request that was just opened the labels that the document names for its forge. Later runs leave them alone, and
 * so whoever takes one away. A forge that does not take them is noted: they are no part of the change.
 */
export async function labelNew(
  { progress, io }: Pick<Session, "progress" | "io">,
  forge: Forge,
  offered: Offered | undefined,
): Promise<void> {
  const { labels = [] } = forge.address;
  if (offered?.state !== "created" || labels.length === 0) return;
  try {
    await forge.label(offered.pullRequest.number, labels);
  } catch (error) {
    io.signal.throwIfAborted();
    if (!(error instanceof DriftlessError)) throw error;
    progress.note(`the pull request has no labels: ${error.findings[0].message}`);
  }
}
