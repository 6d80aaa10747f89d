import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { kindGroup, namespaceOf } from "../../../../core/manifest/manifest.ts";
import type { TenantSpec } from "../../../../core/environment/spec.ts";
import type { CustomKinds } from "../../../../core/plan/scope.ts";
import { tenantObjects } from "../../../../core/plan/tenant.ts";
import { network, tenant } from "./fixture.ts";

const objectsOf = (spec: TenantSpec, custom: CustomKinds = new Map()): ReturnType<typeof tenantObjects> =>
  tenantObjects({ environment: "dev", name: "shop" }, spec, custom);
const names = (objects: ReturnType<typeof tenantObjects>): readonly string[] =>
  objects.map((object) => `${namespaceOf(object) ?? "_"}/${kindGroup(object)}/${object.metadata.name}`);

describe("tenantObjects", () => {
  it("gives the smallest tenant a closed namespace and a deployer", () => {
    assert.deepEqual(names(objectsOf(tenant())), [
      "_/Namespace/shop",
      "shop/NetworkPolicy.networking.k8s.io/driftless-allow-dns",
      "shop/NetworkPolicy.networking.k8s.io/driftless-allow-tenant",
      "shop/NetworkPolicy.networking.k8s.io/driftless-default-deny",
      "shop/ServiceAccount/driftless-deployer",
      "shop/RoleBinding.rbac.authorization.k8s.io/driftless-deployer",
    ]);
  });

  it("enforces, audits and warns of the Pod Security level", () => {
    const [namespace] = objectsOf(tenant({ podSecurity: "baseline" }));
    assert.deepEqual(namespace?.metadata["labels"], {
      "pod-security.kubernetes.io/enforce": "baseline",
      "pod-security.kubernetes.io/enforce-version": "latest",
      "pod-security.kubernetes.io/audit": "baseline",
      "pod-security.kubernetes.io/audit-version": "latest",
      "pod-security.kubernetes.io/warn": "baseline",
      "pod-security.kubernetes.io/warn-version": "latest",
    });
  });

  it("makes everything that the document asks for, in every namespace", () => {
    const full = tenant({
      namespaces: ["shop", "jobs"],
      quota: { "requests.cpu": "20", pods: "200" },
      limits: { default: { cpu: "1" }, defaultRequest: { cpu: "100m" } },
      network: network({ ingressFrom: ["ingress"], egressTo: ["databases", "mail"] }),
      access: { admin: ["group:leads"], edit: ["user:ann@example.com"], view: ["group:all", "user:system:bot"] },
    });
    const objects = objectsOf(full);
    const find = (name: string, namespace = "jobs") =>
      objects.find((object) => object.metadata.name === name && namespaceOf(object) === namespace);

    assert.deepEqual(names(objects).filter((name) => name.startsWith("jobs/")).length, 11);
    assert.deepEqual(names(objects).filter((name) => name.startsWith("shop/")).length, 12);
    assert.deepEqual(find("driftless-quota")?.["spec"], { hard: { "requests.cpu": "20", pods: "200" } });
    assert.deepEqual(find("driftless-limits")?.["spec"], {
      limits: [{ type: "Container", default: { cpu: "1" }, defaultRequest: { cpu: "100m" } }],
    });
    assert.deepEqual(find("driftless-view")?.["roleRef"], {
      apiGroup: "rbac.authorization.k8s.io",
      kind: "ClusterRole",
      name: "view",
    });
    assert.deepEqual(find("driftless-view")?.["subjects"], [
      { kind: "Group", name: "all", apiGroup: "rbac.authorization.k8s.io" },
      { kind: "User", name: "system:bot", apiGroup: "rbac.authorization.k8s.io" },
    ]);
    assert.deepEqual(find("driftless-deployer")?.["subjects"], [
      { kind: "ServiceAccount", name: "driftless-deployer", namespace: "shop" },
    ]);
    assert.deepEqual(find("driftless-allow-egress")?.["spec"], {
      podSelector: {},
      policyTypes: ["Egress"],
      egress: [
        {
          to: [
            {
              namespaceSelector: {
                matchExpressions: [
                  { key: "kubernetes.io/metadata.name", operator: "In", values: ["databases", "mail"] },
                ],
              },
            },
          ],
        },
      ],
    });
  });

  it("opens addresses and ports outside the cluster, and no others", () => {
    const egressToAddresses = [
      { cidr: "203.0.113.0/24", except: ["203.0.113.7/32"], ports: [443, "53/UDP", "8000-8100"] },
      { cidr: "2001:db8::/32", except: [], ports: [] },
    ];
    const objects = objectsOf(tenant({ network: network({ egressToAddresses, ingressFromAddresses: [] }) }));
    assert.ok(!objects.some(({ metadata }) => metadata.name === "driftless-allow-ingress"));
    assert.deepEqual(objects.find(({ metadata }) => metadata.name === "driftless-allow-egress")?.["spec"], {
      podSelector: {},
      policyTypes: ["Egress"],
      egress: [
        {
          to: [{ ipBlock: { cidr: "203.0.113.0/24", except: ["203.0.113.7/32"] } }],
          ports: [
            { protocol: "TCP", port: 443 },
            { protocol: "UDP", port: 53 },
            { protocol: "TCP", port: 8000, endPort: 8100 },
          ],
        },
        { to: [{ ipBlock: { cidr: "2001:db8::/32" } }] },
      ],
    });
  });

  it("lets nothing in or out but DNS and the tenant itself", () => {
    const policies = objectsOf(tenant()).filter(({ kind }) => kind === "NetworkPolicy");
    const peers = JSON.stringify(policies.map((policy) => policy["spec"])).match(/"values":\[[^\]]*\]/g);
    assert.deepEqual(peers, ['"values":["kube-system"]', '"values":["shop"]', '"values":["shop"]']);
    const deny = policies.find(({ metadata }) => metadata.name === "driftless-default-deny");
    assert.deepEqual(deny?.["spec"], { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
  });
});
