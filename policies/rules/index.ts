import type { Rule } from "../rule.ts";
import { imageDigestRequired } from "./image-digest-required.ts";
import { imageRegistriesAllowed } from "./image-registries-allowed.ts";
import { imageTagRequired } from "./image-tag-required.ts";
import { noPrivilegedContainers } from "./no-privileged-containers.ts";
import { probesRequired } from "./probes-required.ts";
import { replicasMinimum } from "./replicas-minimum.ts";
import { resourceLimitsRequired } from "./resource-limits-required.ts";
import { resourceRatioLimited } from "./resource-ratio-limited.ts";
import { resourceRequestsRequired } from "./resource-requests-required.ts";

/** Every rule of the pack, in the order in which they are reported. A new rule is one file and one line here. */
export const rules: readonly Rule[] = [
  imageDigestRequired,
  imageRegistriesAllowed,
  imageTagRequired,
  noPrivilegedContainers,
  probesRequired,
  replicasMinimum,
  resourceLimitsRequired,
  resourceRatioLimited,
  resourceRequestsRequired,
];
