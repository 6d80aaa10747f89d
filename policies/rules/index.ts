import type { Rule } from "../rule.ts";
import { apiVersionsServed } from "./api-versions-served.ts";
import { awsTagsRequired } from "./aws-tags-required.ts";
import { deletionsLimited } from "./deletions-limited.ts";
import { eksControlPlaneLogs } from "./eks-control-plane-logs.ts";
import { eksEndpointRestricted } from "./eks-endpoint-restricted.ts";
import { eksSecretsEncrypted } from "./eks-secrets-encrypted.ts";
import { eksVersionSupported } from "./eks-version-supported.ts";
import { freezeWindows } from "./freeze-windows.ts";
import { iamNoWildcards } from "./iam-no-wildcards.ts";
import { imageDigestRequired } from "./image-digest-required.ts";
import { imageRegistriesAllowed } from "./image-registries-allowed.ts";
import { imageTagRequired } from "./image-tag-required.ts";
import { imdsv2Required } from "./imdsv2-required.ts";
import { ingressHostsAllowed } from "./ingress-hosts-allowed.ts";
import { ingressTlsRequired } from "./ingress-tls-required.ts";
import { networkPolicyRequired } from "./network-policy-required.ts";
import { noPlaintextCredentials } from "./no-plaintext-credentials.ts";
import { noPlaintextSecrets } from "./no-plaintext-secrets.ts";
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
import { s3PublicAccessBlocked } from "./s3-public-access-blocked.ts";
import { serviceAccountTokenAutomount } from "./service-account-token-automount.ts";
import { serviceTypeAllowed } from "./service-type-allowed.ts";
import { tenantBoundaries } from "./tenant-boundaries.ts";
import { tenantQuotaRequired } from "./tenant-quota-required.ts";
import { volumesEncrypted } from "./volumes-encrypted.ts";

/** Every rule of the pack, in the order in which they are reported. A new rule is one file and one line here. */
export const rules: readonly Rule[] = [
  apiVersionsServed,
  awsTagsRequired,
  deletionsLimited,
  eksControlPlaneLogs,
  eksEndpointRestricted,
  eksSecretsEncrypted,
  eksVersionSupported,
  freezeWindows,
  iamNoWildcards,
  imageDigestRequired,
  imageRegistriesAllowed,
  imageTagRequired,
  imdsv2Required,
  ingressHostsAllowed,
  ingressTlsRequired,
  networkPolicyRequired,
  noPlaintextCredentials,
  noPlaintextSecrets,
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
  s3PublicAccessBlocked,
  serviceAccountTokenAutomount,
  serviceTypeAllowed,
  tenantBoundaries,
  tenantQuotaRequired,
  volumesEncrypted,
];
