import type { StepEventMetadata } from "@pulumi/pulumi/automation/index.js";
import type { ObjectChange } from "../../core/plan/change.ts";
import { removalFrom, type Removal } from "../../core/safety/removal.ts";
import { inputsOf, toChange, type Act } from "./steps.ts";

/** A replacement that the provider would not make by itself, because it does not know that a field cannot be changed. */
export interface ForcedReplacement {
  readonly urn: string;
  readonly change: ObjectChange;
  readonly removal: Removal;
}

/** What a step takes away from a cluster, with what the object asked for when it was applied; else undefined. */
export function removalOf(act: Act, step: StepEventMetadata): Removal | undefined {
  if (act !== "delete" && act !== "replace" && act !== "release") return undefined;
  const change = toChange(act, step);
  if (change === undefined) return undefined;
  return removalFrom(change, inputsOf(step.old));
}

/** Fields that make a step a replacement: a change to them is one that the API server does not take. */
export function replacingFields({ detailedDiff, keys }: StepEventMetadata): readonly string[] {
  const found = Object.entries(detailedDiff ?? {}).flatMap(([path, { diffKind }]) =>
    diffKind.endsWith("-replace") ? [path] : [],
  );
  return found.length > 0 ? found : (keys ?? []);
}
