import type { Purpose } from "../../core/git/publish.ts";

/** What a commit is for that takes something of an environment back. */
export function rollbackPurpose(environment: string): Purpose {
  return { "Driftless-Action": "rollback", "Driftless-Environment": environment };
}
