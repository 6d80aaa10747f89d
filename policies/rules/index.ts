import type { Rule } from "../rule.ts";
import { imageTagRequired } from "./image-tag-required.ts";
import { noPrivilegedContainers } from "./no-privileged-containers.ts";
import { resourceLimitsRequired } from "./resource-limits-required.ts";

/** Every rule of the pack, in the order in which they are reported. A new rule is one file and one line here. */
export const rules: readonly Rule[] = [imageTagRequired, noPrivilegedContainers, resourceLimitsRequired];
