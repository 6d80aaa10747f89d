import type { Rule } from "../rule.ts";
import { apiVersionsServed } from "./api-versions-served.ts";
import { deletionsLimited } from "./deletions-limited.ts";
import { freezeWindows } from "./freeze-windows.ts";
import { imageDigestRequired } from "./image-digest-required.ts";
import { imageRegistriesAllowed } from "./image-registries-allowed.ts";
import { imageTagRequired } from "./image-tag-required.ts";
import { ingressHostsAllowed } from "./ingress-hosts-allowed.ts";
import { ingressTlsRequired } from "./ingress-tls-required.ts";
import { networkPolicyRequired } from "./network-policy-required.ts";
import { ownerLabelsRequired } from "./owner-labels-required.ts";
import { podDisruptionBudgetRequired } from "./pod-disruption-budget-required.ts";
import { podSecurity } from "./pod-security.ts";
import { probesRequired } from "./probes-required.ts";
import { protectedKinds } from "./protected-kinds.ts";
import { rbacNoClusterAdmin } from "./rbac-no-cluster-admin.ts";
import { rbacNoEscalation } from "./rbac-no-escalation.ts";
import { rbacNoUnauthenticated } from "./rbac-no-unauthenticated.ts";
import { rbacNoWildcards } from "./rbac-no-wildcards.ts";
import { replicasMinimum } from "./replicas-minimum.ts";
import { resourceLimitsRequired } from "./resource-limits-required.ts";
import { resourceRatioLimited } from "./resource-ratio-limited.ts";
import { resourceRequestsRequired } from "./resource-requests-required.ts";
import { serviceAccountTokenAutomount } from "./service-account-token-automount.ts";
import { serviceTypeAllowed } from "./service-type-allowed.ts";
import { tenantBoundaries } from "./tenant-boundaries.ts";
import { tenantQuotaRequired } from "./tenant-quota-required.ts";

/** Every rule of the pack, in the order in which they are reported. A new rule is one file and one line here. */
export const rules: readonly Rule[] = [
  apiVersionsServed,
  deletionsLimited,
  freezeWindows,
  imageDigestRequired,
  imageRegistriesAllowed,
  imageTagRequired,
  ingressHostsAllowed,
  ingressTlsRequired,
  networkPolicyRequired,
  ownerLabelsRequired,
  podDisruptionBudgetRequired,
  podSecurity,
  probesRequired,
  protectedKinds,
  rbacNoClusterAdmin,
  rbacNoEscalation,
  rbacNoUnauthenticated,
  rbacNoWildcards,
  replicasMinimum,
  resourceLimitsRequired,
  resourceRatioLimited,
  resourceRequestsRequired,
  serviceAccountTokenAutomount,
  serviceTypeAllowed,
  tenantBoundaries,
  tenantQuotaRequired,
];
