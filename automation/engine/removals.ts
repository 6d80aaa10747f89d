import type { StepEventMetadata } from "@pulumi/pulumi/automation/index.js";
import { record } from "../../core/manifest/json.ts";
import type { JsonObject } from "../../core/manifest/manifest.ts";
import type { ObjectChange } from "../../core/plan/change.ts";
import { annotatedSettings } from "../../core/plan/settings.ts";
import type { Removal } from "../../core/safety/removal.ts";
import { cloudOfUrn } from "./cloud.ts";
import { inputsOf, toChange, type Act } from "./steps.ts";
import { asText } from "./text.ts";

/** A replacement that the provider would not make by itself, because it does not know that a field cannot be changed. */
export interface ForcedReplacement {
  readonly urn: string;
  readonly change: ObjectChange;
  readonly removal: Removal;
}

/**
 * What a step takes away from a cluster, with what the object asked for when it was applied; else undefined. Resources of a
 * cloud are not counted: what holds data there is protected.
 */
export function removalOf(act: Act, step: StepEventMetadata): Removal | undefined {
  if (cloudOfUrn(step.urn) !== undefined) return undefined;
  if (act !== "delete" && act !== "replace" && act !== "release") return undefined;
  const change = toChange(act, step);
  if (change === undefined) return undefined;
  const old = inputsOf(step.old);
  const { prune } = annotatedSettings({ metadata: record(old["metadata"]) });
  const defines = definedKind(old);
  return {
    change,
    ...(prune === undefined ? {} : { asked: prune }),
    ...(defines === undefined ? {} : { defines }),
  };
}

/** Fields that make a step a replacement: a change to them is one that the API server does not take. */
export function replacingFields({ detailedDiff, keys }: StepEventMetadata): readonly string[] {
  const found = Object.entries(detailedDiff ?? {}).flatMap(([path, { diffKind }]) =>
    diffKind.endsWith("-replace") ? [path] : [],
  );
  return found.length > 0 ? found : (keys ?? []);
}

function definedKind({ kind, spec }: JsonObject): string | undefined {
  if (kind !== "CustomResourceDefinition") return undefined;
  const { group, names } = record(spec);
  const name = asText(record(names)["kind"]);
  return name === "" ? undefined : `${name}.${asText(group)}`;
}
