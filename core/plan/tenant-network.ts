import { parsePorts } from "../environment/ports.ts";
import type { TenantSpec } from "../environment/spec.ts";
import { plainJson } from "../manifest/json.ts";
import type { Json, JsonObject, KubernetesObject } from "../manifest/manifest.ts";

/** Label that every namespace carries with its own name; the API server sets it and nobody can forge it. */
export const namespaceNameLabel = "kubernetes.io/metadata.name";

type Addresses = TenantSpec["network"]["egressToAddresses"][number];

/** NetworkPolicies of one namespace: nothing crosses the tenant's edge but DNS and what the tenant was given. */
export function tenantNetwork(namespace: string, tenant: TenantSpec): readonly KubernetesObject[] {
  const inside = peers(tenant.namespaces);
  const { ingressFrom, egressTo, ingressFromAddresses, egressToAddresses } = tenant.network;
  const ingress = [
    ...(ingressFrom.length === 0 ? [] : [{ from: peers(ingressFrom) }]),
    ...ingressFromAddresses.map((block) => ({ from: [ipBlock(block)], ...portsOf(block) })),
  ];
  const egress = [
    ...(egressTo.length === 0 ? [] : [{ to: peers(egressTo) }]),
    ...egressToAddresses.map((block) => ({ to: [ipBlock(block)], ...portsOf(block) })),
  ];
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
    ...(ingress.length === 0
      ? []
      : [policy(namespace, "driftless-allow-ingress", { policyTypes: ["Ingress"], ingress })]),
    ...(egress.length === 0 ? [] : [policy(namespace, "driftless-allow-egress", { policyTypes: ["Egress"], egress })]),
  ];
}

/** One peer for a set of namespaces: any pod in any of them. */
function peers(namespaces: readonly string[]): Json {
  const expression = { key: namespaceNameLabel, operator: "In", values: namespaces };
  return [{ namespaceSelector: { matchExpressions: [expression] } }];
}

function ipBlock({ cidr, except }: Addresses): JsonObject {
  return { ipBlock: { cidr, ...(except.length === 0 ? {} : { except: [...except] }) } };
}

function portsOf({ ports }: Addresses): JsonObject {
  return ports.length === 0 ? {} : { ports: ports.map((port) => plainJson(parsePorts(port))) };
}

function policy(namespace: string, name: string, spec: JsonObject): KubernetesObject {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name, namespace },
    spec: { podSelector: {}, ...spec },
  };
}
