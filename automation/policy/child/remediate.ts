import type { JsonObject } from "../../../core/manifest/manifest.ts";
import { isFor, isNotApplicable, type Asked } from "./ask.ts";
import { copiedArgsOf, type Resource } from "./resource.ts";

/** The properties that a rule makes of those of a resource; undefined if it leaves them as they are. */
export async function remediate({ rule, help }: Asked, resource: Resource): Promise<JsonObject | undefined> {
  const { remediateResource } = rule;
  if (remediateResource === undefined || !isFor(remediateResource, resource.type)) return undefined;
  try {
    const props = await remediateResource({ ...copiedArgsOf(resource), ...help });
    return typeof props === "object" && props !== null ? (revealed(props) as JsonObject) : undefined;
  } catch (error) {
    if (isNotApplicable(error)) return undefined;
    throw error;
  }
}

/** What a remediation returns, with the SDK's Secrets as what they hold. */
function revealed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revealed);
  if (typeof value !== "object" || value === null) return value;
  if (value.constructor.name === "Secret" && "value" in value) return revealed(value.value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, revealed(item)]));
}
