import type { TenantSpec } from "../environment/spec.ts";
import type { Json, JsonObject, KubernetesObject } from "../manifest/manifest.ts";

/** Label that every namespace carries with its own name; the API server sets it and nobody can forge it. */
const namespaceNameLabel = "kubernetes.io/metadata.name";

/** NetworkPolicies of one namespace: nothing crosses the tenant's edge but DNS and what the tenant was given. */
export function tenantNetwork(namespace: string, tenant: TenantSpec): readonly KubernetesObject[] {
  const inside = peers(tenant.namespaces);
  const { ingressFrom, egressTo } = tenant.network;
  return [
    policy(namespace, "driftless-default-deny", { policyTypes: ["Ingress", "Egress"] }),
    policy(namespace, "driftless-allow-tenant", {
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ from: inside }],
      egress: [{ to: inside }],
    }),
    policy(namespace, "driftless-allow-dns", {
      policyTypes: ["Egress"],
      egress: [
        {
          to: peers(["kube-system"]),
          ports: [
            { protocol: "UDP", port: 53 },
            { protocol: "TCP", port: 53 },
          ],
        },
      ],
    }),
    ...(ingressFrom.length === 0
      ? []
      : [
          policy(namespace, "driftless-allow-ingress", {
            policyTypes: ["Ingress"],
            ingress: [{ from: peers(ingressFrom) }],
          }),
        ]),
    ...(egressTo.length === 0
      ? []
      : [policy(namespace, "driftless-allow-egress", { policyTypes: ["Egress"], egress: [{ to: peers(egressTo) }] })]),
  ];
}

/** One peer for a set of namespaces: any pod in any of them. */
function peers(namespaces: readonly string[]): Json {
  const expression = { key: namespaceNameLabel, operator: "In", values: namespaces };
  return [{ namespaceSelector: { matchExpressions: [expression] } }];
}

function policy(namespace: string, name: string, spec: JsonObject): KubernetesObject {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name, namespace },
    spec: { podSelector: {}, ...spec },
  };
}
