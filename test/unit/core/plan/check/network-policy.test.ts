import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Json, JsonObject, KubernetesObject } from "../../../../../core/manifest/manifest.ts";
import { checkNetworkPolicy } from "../../../../../core/plan/check/network-policy.ts";
import { tenantNetwork } from "../../../../../core/plan/tenant-network.ts";
import { allow, configMap, network, object, tenant } from "../fixture.ts";

const shop = tenant({
  namespaces: ["shop", "jobs"],
  network: network({
    ingressFrom: ["ingress"],
    egressTo: ["databases"],
    egressToAddresses: [
      { cidr: "203.0.113.0/24", except: ["203.0.113.7/32"], ports: [443, "8000-8100", "53/UDP"] },
      { cidr: "2001:db8::/32", except: [], ports: [] },
    ],
  }),
});

const policy = (spec: JsonObject): KubernetesObject =>
  object("networking.k8s.io/v1", "NetworkPolicy", "own", { spec: { podSelector: {}, ...spec } });
const from = (...peers: readonly Json[]) => policy({ ingress: [{ from: peers }] });
const to = (peer: Json, ports?: Json) =>
  policy({ egress: [{ to: [peer], ...(ports === undefined ? {} : { ports }) }] });
const named = (...names: readonly string[]): JsonObject => ({
  namespaceSelector: { matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "In", values: names }] },
});
const label = (name: string): JsonObject => ({
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
});
const block = (cidr: string, ...except: readonly string[]): JsonObject => ({ ipBlock: { cidr, except } });

function found(value: KubernetesObject, rules = shop): readonly string[] {
  return checkNetworkPolicy(value, { name: "shop", tenant: rules }).map(({ message }) =>
    message.replace("it opens ", "").replace(", more than tenants.shop.network does.", ""),
  );
}

describe("NetworkPolicies of an application", () => {
  for (const [what, value] of [
    ["deny everything", policy({ policyTypes: ["Ingress", "Egress"] })],
    ["open nothing with empty lists", policy({ ingress: [], egress: [] })],
    ["open to pods of their own namespace", from({ podSelector: {} })],
    ["open to another namespace of the tenant", from(named("jobs"), label("shop"))],
    ["open to what the tenant is open to", from(label("ingress"))],
    ["narrow that further", from({ ...label("ingress"), podSelector: { matchLabels: { app: "nginx" } } })],
    ["go where the tenant goes", to(label("databases"), [{ port: 5432 }])],
    ["ask for names", to(label("kube-system"), [{ port: 53, protocol: "UDP" }, { port: 53 }])],
    ["go to listed addresses", to(block("203.0.113.0/24", "203.0.113.7/32"), [{ port: 443, protocol: "TCP" }])],
    ["go to some of the listed ports", to(block("203.0.113.0/24", "203.0.113.7/32"), [{ port: 8000, endPort: 8050 }])],
    ["go to addresses that are listed with all ports", to(block("2001:db8::/32"))],
  ] as const) {
    it(`may ${what}`, () => assert.deepEqual(found(value), []));
  }

  for (const [what, value, message] of [
    ["to everybody", policy({ ingress: [{}] }), "ingress from everywhere"],
    ["to everybody on a port", policy({ ingress: [{ from: [], ports: [{ port: 80 }] }] }), "ingress from everywhere"],
    ["the way to everywhere", policy({ egress: [{ ports: [{ port: 53 }] }] }), "egress to everywhere"],
    ["to another tenant", from(label("bank")), 'ingress from namespace "bank"'],
    ["to one too many", from(named("jobs", "bank")), 'ingress from namespace "bank"'],
    [
      "to every namespace",
      from({ namespaceSelector: {} }),
      "ingress from namespaces that are not selected by their name (kubernetes.io/metadata.name)",
    ],
    [
      "to namespaces by a label that anybody may set",
      from({ namespaceSelector: { matchLabels: { team: "shop" } } }),
      "ingress from namespaces that are not selected by their name (kubernetes.io/metadata.name)",
    ],
    ["from where only egress goes", from(label("databases")), 'ingress from namespace "databases"'],
    ["the system beyond DNS", to(label("kube-system"), [{ port: 443 }]), 'egress to namespace "kube-system"'],
    ["the system on every port", to(label("kube-system")), 'egress to namespace "kube-system"'],
    ["the system from there", from(label("kube-system")), 'ingress from namespace "kube-system"'],
    ["other addresses", to(block("198.51.100.0/24")), 'egress to the addresses "198.51.100.0/24"'],
    ["the whole internet", to(block("0.0.0.0/0")), 'egress to the addresses "0.0.0.0/0"'],
    [
      "listed addresses on every port",
      to(block("203.0.113.0/24", "203.0.113.7/32")),
      'egress to the addresses "203.0.113.0/24"',
    ],
    [
      "listed addresses on another port",
      to(block("203.0.113.0/24", "203.0.113.7/32"), [{ port: 8050, endPort: 8101 }]),
      'egress to the addresses "203.0.113.0/24"',
    ],
    [
      "listed addresses by a name of a port",
      to(block("203.0.113.0/24", "203.0.113.7/32"), [{ port: "https" }]),
      'egress to the addresses "203.0.113.0/24"',
    ],
    [
      "what was left out of listed addresses",
      to(block("203.0.113.0/24"), [{ port: 443 }]),
      'egress to the addresses "203.0.113.0/24"',
    ],
    ["addresses that may only be gone to", from(block("2001:db8::/32")), 'ingress from the addresses "2001:db8::/32"'],
  ] as const) {
    it(`may not open ${what}`, () => assert.deepEqual(found(value), [message]));
  }

  it("are told all at once, each rule by its place", () => {
    const value = policy({ ingress: [{}, { from: [{ podSelector: {} }] }, {}], egress: [{}] });
    const problems = checkNetworkPolicy(value, { name: "shop", tenant: shop });
    assert.deepEqual(
      problems.map(({ code, field }) => `${code} ${String(field)}`),
      ["SCOPE_DENIED spec.ingress[0]", "SCOPE_DENIED spec.ingress[2]", "SCOPE_DENIED spec.egress[0]"],
    );
  });

  it("may open anything where the tenant says so", () => {
    const rules = tenant({ allow: allow({ networkPolicies: true }) });
    assert.deepEqual(found(policy({ ingress: [{}] }), rules), []);
  });

  it("are the only objects that are looked at", () => assert.deepEqual(found(configMap("a")), []));

  it("may be the tenant's own, word for word", () => {
    for (const own of tenantNetwork("shop", shop)) assert.deepEqual(found(own), [], own.metadata.name);
  });
});
