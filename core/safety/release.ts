import type { EnvironmentSpec } from "../environment/spec.ts";
import { applicationOf } from "../plan/identity.ts";
import { pruneOf, type ObjectSettings } from "../plan/settings.ts";
import { asksBefore, isMade, isPart } from "./cluster-parts.ts";
import type { Removal } from "./removal.ts";

/** What is to happen to an object that leaves Git: what it asks for, else what its application says today, else its kind. */
export function pruneOfRemoval(
  spec: Pick<EnvironmentSpec, "applications" | "clusters">,
  removal: Removal,
): ObjectSettings["prune"] {
  if (isPart(removal.change)) {
    const made = isMade(spec.clusters[removal.change.cluster]);
    return !made || asksBefore(removal.change) ? "confirm" : "enabled";
  }
  // A replacement is no pruning: what the object asks for when it leaves Git says nothing about it.
  if (removal.change.action === "replace") return pruneOf(removal.change.kind);
  const name = applicationOf(removal.change.owner);
  const known = name !== undefined && Object.hasOwn(spec.applications, name);
  return removal.asked ?? pruneOf(removal.change.kind, known ? spec.applications[name] : undefined);
}

/** The same removal; one that would delete what is to stay on the cluster lets it go instead. */
export function withRelease(
  spec: Pick<EnvironmentSpec, "applications" | "clusters">,
  removal: Removal,
  orphan: boolean,
): Removal {
  const stays = removal.change.action === "delete" && (orphan || pruneOfRemoval(spec, removal) === "disabled");
  return stays ? { ...removal, change: { ...removal.change, action: "release" } } : removal;
}
