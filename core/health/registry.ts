import { apiService } from "./kinds/api-service.ts";
import { argoApplication, argoWorkflow } from "./kinds/argo-cd.ts";
import { certificate, certificateRequest, issuer } from "./kinds/cert-manager.ts";
import { clusterApi } from "./kinds/cluster-api.ts";
import { cronJob } from "./kinds/cron-job.ts";
import { customResourceDefinition } from "./kinds/custom-resource-definition.ts";
import { daemonSet } from "./kinds/daemon-set.ts";
import { deployment } from "./kinds/deployment.ts";
import { flaggerCanary } from "./kinds/flagger-canary.ts";
import { flux } from "./kinds/flux.ts";
import { gateway, route } from "./kinds/gateway.ts";
import { horizontalPodAutoscaler } from "./kinds/horizontal-pod-autoscaler.ts";
import { ingress } from "./kinds/ingress.ts";
import { job } from "./kinds/job.ts";
import { namespace } from "./kinds/namespace.ts";
import { persistentVolumeClaim } from "./kinds/persistent-volume-claim.ts";
import { persistentVolume } from "./kinds/persistent-volume.ts";
import { podDisruptionBudget } from "./kinds/pod-disruption-budget.ts";
import { pod } from "./kinds/pod.ts";
import { replicaSet } from "./kinds/replica-set.ts";
import { rollout } from "./kinds/rollout.ts";
import { externalSecret, sealedSecret, secretStore } from "./kinds/secrets.ts";
import { service } from "./kinds/service.ts";
import { statefulSet } from "./kinds/stateful-set.ts";
import type { HealthCheck } from "./status.ts";

/** Checks by `Kind.group`. */
export const checksByKind: Readonly<Record<string, HealthCheck>> = {
  "APIService.apiregistration.k8s.io": apiService,
  "Application.argoproj.io": argoApplication,
  "Canary.flagger.app": flaggerCanary,
  "Certificate.cert-manager.io": certificate,
  "CertificateRequest.cert-manager.io": certificateRequest,
  "ClusterExternalSecret.external-secrets.io": externalSecret,
  "ClusterIssuer.cert-manager.io": issuer,
  "ClusterSecretStore.external-secrets.io": secretStore,
  "CronJob.batch": cronJob,
  "CustomResourceDefinition.apiextensions.k8s.io": customResourceDefinition,
  "DaemonSet.apps": daemonSet,
  "Deployment.apps": deployment,
  "ExternalSecret.external-secrets.io": externalSecret,
  "GRPCRoute.gateway.networking.k8s.io": route,
  "Gateway.gateway.networking.k8s.io": gateway,
  "HTTPRoute.gateway.networking.k8s.io": route,
  "HorizontalPodAutoscaler.autoscaling": horizontalPodAutoscaler,
  "Ingress.networking.k8s.io": ingress,
  "Issuer.cert-manager.io": issuer,
  "Job.batch": job,
  Namespace: namespace,
  PersistentVolume: persistentVolume,
  PersistentVolumeClaim: persistentVolumeClaim,
  Pod: pod,
  "PodDisruptionBudget.policy": podDisruptionBudget,
  "PushSecret.external-secrets.io": externalSecret,
  "ReplicaSet.apps": replicaSet,
  ReplicationController: replicaSet,
  "Rollout.argoproj.io": rollout,
  "SealedSecret.bitnami.com": sealedSecret,
  "SecretStore.external-secrets.io": secretStore,
  Service: service,
  "StatefulSet.apps": statefulSet,
  "TCPRoute.gateway.networking.k8s.io": route,
  "TLSRoute.gateway.networking.k8s.io": route,
  "Workflow.argoproj.io": argoWorkflow,
};

/** Checks for all kinds of a group, by how the group ends. */
export const checksByGroup: Readonly<Record<string, HealthCheck>> = {
  "cluster.x-k8s.io": clusterApi,
  "toolkit.fluxcd.io": flux,
};

/** Kinds without a status that would say more than that they exist. */
export const staticKinds: ReadonlySet<string> = new Set([
  "ClusterRole.rbac.authorization.k8s.io",
  "ClusterRoleBinding.rbac.authorization.k8s.io",
  "ConfigMap",
  "IngressClass.networking.k8s.io",
  "LimitRange",
  "MutatingWebhookConfiguration.admissionregistration.k8s.io",
  "NetworkPolicy.networking.k8s.io",
  "PriorityClass.scheduling.k8s.io",
  "ResourceQuota",
  "Role.rbac.authorization.k8s.io",
  "RoleBinding.rbac.authorization.k8s.io",
  "RuntimeClass.node.k8s.io",
  "Secret",
  "ServiceAccount",
  "StorageClass.storage.k8s.io",
  "ValidatingWebhookConfiguration.admissionregistration.k8s.io",
]);
