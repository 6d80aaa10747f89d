import { applicationOf, nameOfIdentity } from "../plan/identity.ts";
import { unconfirmedDeletions, type Refusal, type SafetyInput } from "./decide.ts";
import { contentsOf, isDeletion } from "./removal.ts";

/**
 * What speaks against destroying an environment. That all of it goes is the question itself, and what Driftless made
 * for its tenants, and its clusters, goes with it; what Git holds and asks for a confirmation does ask, and a Namespace with something in
 * it that is to be kept.
 */
export function judgeDestruction(input: SafetyInput): readonly Refusal[] {
  const kept = new Set(
    input.removals.filter(({ change }) => change.action === "release").map(({ change }) => nameOfIdentity(change)),
  );
  const inside = contentsOf(input.held);
  const asked = input.removals.filter((removal) => {
    if (!isDeletion(removal)) return false;
    if (applicationOf(removal.change.owner) !== undefined) return true;
    return inside(removal).some((object) => kept.has(nameOfIdentity(object)));
  });
  return unconfirmedDeletions(input, asked);
}
