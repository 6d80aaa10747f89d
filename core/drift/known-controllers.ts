import type { JsonObject } from "../manifest/manifest.ts";
import type { Step } from "../plan/path.ts";
import { covers, pointerPattern, type PathPattern } from "./path-pattern.ts";
import type { FieldManager } from "./report.ts";

/** Fields that the machinery of a cluster writes after an object was applied, in the course of its work. */
export interface KnownWrites {
  /** `Kind.group` of the objects; `*` for all. */
  readonly kinds: readonly string[];
  /** JSON pointers; a part that is `*` is any key or item. */
  readonly paths: readonly string[];
  /** Who alone may hold the field; absent where the API server writes it in nobody's name. */
  readonly managers?: readonly string[];
  readonly reason: string;
  /** Where Kubernetes, or the project, says so. */
  readonly source: string;
}

const controllerManager = ["kube-controller-manager", "k3s", "k0s"];
const admissionHooks = [
  "MutatingWebhookConfiguration.admissionregistration.k8s.io",
  "ValidatingWebhookConfiguration.admissionregistration.k8s.io",
];
const certificates = ["cainjector", "cert-manager-cainjector", "service-ca-operator"];
const reference = "https://kubernetes.io/docs/reference/labels-annotations-taints/";

/** Everything that is never drift. What is not in here, or is written by somebody else, is. */
export const knownWrites: readonly KnownWrites[] = [
  {
    kinds: ["Deployment.apps"],
    paths: ["/metadata/annotations/deployment.kubernetes.io~1revision"],
    managers: controllerManager,
    reason: "the controller of Deployments counts rollouts",
    source: "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#revision-history",
  },
  {
    kinds: ["DaemonSet.apps"],
    paths: ["/metadata/annotations/deprecated.daemonset.template.generation"],
    reason: "the API server counts templates",
    source: reference,
  },
  {
    kinds: ["PersistentVolumeClaim"],
    paths: [
      "/metadata/annotations/pv.kubernetes.io~1bind-completed",
      "/metadata/annotations/pv.kubernetes.io~1bound-by-controller",
      "/metadata/annotations/volume.beta.kubernetes.io~1storage-provisioner",
      "/metadata/annotations/volume.kubernetes.io~1storage-provisioner",
      "/metadata/annotations/volume.kubernetes.io~1storage-resizer",
      "/spec/volumeName",
    ],
    managers: controllerManager,
    reason: "a claim is bound to a volume",
    source: "https://kubernetes.io/docs/concepts/storage/persistent-volumes/#binding",
  },
  {
    kinds: ["PersistentVolumeClaim"],
    paths: ["/metadata/annotations/volume.kubernetes.io~1selected-node"],
    managers: ["kube-scheduler", "k3s", "k0s"],
    reason: "the scheduler chooses where a volume is made",
    source: reference,
  },
  {
    kinds: ["PersistentVolumeClaim"],
    paths: ["/spec/storageClassName"],
    managers: controllerManager,
    reason: "a claim without a class gets the default one",
    source:
      "https://kubernetes.io/docs/concepts/storage/persistent-volumes/#retroactive-default-storageclass-assignment",
  },
  {
    kinds: ["PersistentVolume"],
    paths: ["/metadata/annotations/pv.kubernetes.io~1bound-by-controller", "/spec/claimRef"],
    managers: controllerManager,
    reason: "a volume is bound to a claim",
    source: "https://kubernetes.io/docs/concepts/storage/persistent-volumes/#binding",
  },
  {
    kinds: ["*"],
    paths: ["/metadata/finalizers/kubernetes.io~1pvc-protection", "/metadata/finalizers/kubernetes.io~1pv-protection"],
    reason: "storage that is in use is protected",
    source: "https://kubernetes.io/docs/concepts/storage/persistent-volumes/#storage-object-in-use-protection",
  },
  {
    kinds: ["Service"],
    paths: ["/metadata/finalizers/service.kubernetes.io~1load-balancer-cleanup"],
    reason: "a load balancer is cleaned up before its Service goes",
    source: "https://kubernetes.io/docs/tasks/access-application-cluster/create-external-load-balancer/",
  },
  {
    kinds: ["ServiceAccount"],
    paths: ["/secrets", "/imagePullSecrets"],
    managers: [...controllerManager, "openshift-controller-manager"],
    reason: "tokens are made for an account",
    source: "https://kubernetes.io/docs/concepts/security/service-accounts/",
  },
  {
    kinds: ["Job.batch"],
    paths: ["/metadata/annotations/batch.kubernetes.io~1job-tracking"],
    reason: "the controller of Jobs marks what it tracks",
    source: reference,
  },
  {
    kinds: ["HorizontalPodAutoscaler.autoscaling"],
    paths: [
      "/metadata/annotations/autoscaling.alpha.kubernetes.io~1conditions",
      "/metadata/annotations/autoscaling.alpha.kubernetes.io~1current-metrics",
    ],
    reason: "old API versions show the status of an autoscaler as annotations",
    source: "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/",
  },
  {
    kinds: ["ClusterRole.rbac.authorization.k8s.io"],
    paths: ["/rules"],
    managers: ["clusterrole-aggregation-controller"],
    reason: "an aggregated role has the rules of others",
    source: "https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles",
  },
  {
    kinds: admissionHooks,
    paths: ["/webhooks/*/clientConfig/caBundle"],
    managers: certificates,
    reason: "the authority of a webhook's certificate is filled in",
    source: "https://cert-manager.io/docs/concepts/ca-injector/",
  },
  {
    kinds: ["CustomResourceDefinition.apiextensions.k8s.io"],
    paths: ["/spec/conversion/webhook/clientConfig/caBundle"],
    managers: certificates,
    reason: "the authority of a webhook's certificate is filled in",
    source: "https://cert-manager.io/docs/concepts/ca-injector/",
  },
  {
    kinds: ["APIService.apiregistration.k8s.io"],
    paths: ["/spec/caBundle"],
    managers: certificates,
    reason: "the authority of an API server's certificate is filled in",
    source: "https://cert-manager.io/docs/concepts/ca-injector/",
  },
  {
    kinds: ["Endpoints", "EndpointSlice.discovery.k8s.io"],
    paths: ["/metadata/annotations/endpoints.kubernetes.io~1last-change-trigger-time"],
    managers: controllerManager,
    reason: "the time of the last change of endpoints is noted",
    source: reference,
  },
  {
    kinds: ["ConfigMap", "Endpoints"],
    paths: ["/metadata/annotations/control-plane.alpha.kubernetes.io~1leader"],
    reason: "programs elect a leader",
    source: reference,
  },
  {
    kinds: ["Node"],
    paths: [
      "/metadata/annotations/node.alpha.kubernetes.io~1ttl",
      "/metadata/annotations/volumes.kubernetes.io~1controller-managed-attach-detach",
      "/spec/podCIDR",
      "/spec/podCIDRs",
      "/spec/taints",
    ],
    managers: [...controllerManager, "kubelet"],
    reason: "the state of a node is marked on it",
    source: "https://kubernetes.io/docs/concepts/architecture/nodes/",
  },
  {
    kinds: ["Pod"],
    paths: ["/spec/nodeName"],
    reason: "the scheduler binds a pod to a node",
    source: "https://kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler/",
  },
];

interface Row {
  readonly known: KnownWrites;
  readonly patterns: readonly PathPattern[];
}

const rows: readonly Row[] = knownWrites.map((known) => ({ known, patterns: known.paths.map(pointerPattern) }));

/**
 * The row by which a field is no drift, undefined if there is none.
 * @param kind `Kind.group` of the object.
 * @param holders Who holds the field; a row that names managers fits only if all of them are named.
 * @param roots The object as it was and as it is.
 */
export function knownWrite(
  kind: string,
  steps: readonly Step[],
  holders: readonly FieldManager[],
  roots: readonly JsonObject[],
): KnownWrites | undefined {
  return rows.find(
    ({ known, patterns }) =>
      (known.kinds.includes("*") || known.kinds.includes(kind)) &&
      allowed(known, holders) &&
      patterns.some((pattern) => covers(pattern, steps, roots)),
  )?.known;
}

function allowed({ managers }: KnownWrites, holders: readonly FieldManager[]): boolean {
  if (managers === undefined) return true;
  return holders.length > 0 && holders.every(({ manager }) => managers.includes(manager));
}
