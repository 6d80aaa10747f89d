import { canonicalJson } from "../manifest/json.ts";
import type { ObjectChange } from "../plan/change.ts";
import { digestOf } from "../plan/digest.ts";
import { nameOfIdentity } from "../plan/identity.ts";
import { compareText } from "../plan/order.ts";

/** What a destruction would do, as far as it is approved. */
export interface Destruction {
  readonly environment: string;
  /** When the last run that brought something in began: what was approved before it is about something else. */
  readonly since: string | undefined;
  readonly changes: readonly Pick<ObjectChange, "action" | "cluster" | "namespace" | "kind" | "name">[];
}

/** Digest of a destruction: the objects that it deletes or lets go, whatever their order. Never that of a plan. */
export function destructionDigest({ environment, since, changes }: Destruction): string {
  const objects = changes.map((change) => `${change.action} ${nameOfIdentity(change)}`).sort(compareText);
  return digestOf(canonicalJson({ destruction: environment, since: since ?? null, objects }));
}
