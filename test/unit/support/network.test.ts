import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { JsonObject } from "../../../core/manifest/manifest.ts";
import { mayConnect, type End, type Port } from "../../support/network.ts";

const labelled = (name: string, more: JsonObject = {}): JsonObject => ({
  "kubernetes.io/metadata.name": name,
  ...more,
});
const namespaces = { a: labelled("a", { team: "x" }), b: labelled("b", { team: "x" }), c: labelled("c") };
const pod = (namespace: string, app: string, address: string): End => ({
  namespace,
  labels: { app },
  address,
  ports: { http: 8080 },
});
const [web, db, other, far] = [
  pod("a", "web", "10.1.0.1"),
  pod("a", "db", "10.1.0.2"),
  pod("b", "web", "10.1.0.3"),
  pod("c", "web", "10.1.0.4"),
];
const outside = { address: "203.0.113.9" };

const policy = (namespace: string, spec: JsonObject): JsonObject => ({ metadata: { namespace, name: "p" }, spec });
const all = { podSelector: {} };
const app = (name: string): JsonObject => ({ podSelector: { matchLabels: { app: name } } });
const http: Port = { port: 8080 };

type Case = readonly [
  what: string,
  policies: readonly JsonObject[],
  from: End,
  to: End,
  expected: boolean,
  port?: Port,
];

const table: readonly Case[] = [
  ["everything is open without a policy", [], outside, web, true],
  ["a policy is about pods of its own namespace", [policy("b", { ...all, ingress: [] })], far, web, true],
  ["a policy is about pods that it selects", [policy("a", { ...app("db"), ingress: [] })], far, web, true],
  ["a policy without types closes what comes in", [policy("a", all)], far, web, false],
  ["a policy without types leaves what goes out open", [policy("a", all)], web, far, true],
  [
    "a policy without types closes what goes out if it has egress rules",
    [policy("a", { ...all, egress: [{ to: [{ podSelector: {} }] }] })],
    web,
    far,
    false,
  ],
  [
    "a policy for egress alone leaves what comes in open",
    [policy("a", { ...all, policyTypes: ["Egress"] })],
    far,
    web,
    true,
  ],
  ["a policy for egress alone closes it", [policy("a", { ...all, policyTypes: ["Egress"] })], web, far, false],
  [
    "rules of a type that is not named have no effect",
    [policy("a", { ...all, policyTypes: ["Ingress"], egress: [{ to: [] }] })],
    far,
    web,
    false,
  ],
  ["an empty rule lets everything in", [policy("a", { ...all, ingress: [{}] })], outside, web, true],
  [
    "a rule with no peers lets everything in on its ports",
    [policy("a", { ...all, ingress: [{ ports: [{ port: 8080 }] }] })],
    outside,
    web,
    true,
  ],
  [
    "a rule with no peers lets nothing in on others",
    [policy("a", { ...all, ingress: [{ ports: [{ port: 9090 }] }] })],
    outside,
    web,
    false,
  ],
  [
    "a pod selector means pods of the policy's namespace",
    [policy("a", { ...all, ingress: [{ from: [{ podSelector: {} }] }] })],
    other,
    web,
    false,
  ],
  [
    "a pod selector lets pods of that namespace in",
    [policy("a", { ...all, ingress: [{ from: [app("db")] }] })],
    db,
    web,
    true,
  ],
  [
    "a pod selector keeps the others out",
    [policy("a", { ...app("db"), ingress: [{ from: [app("db")] }] })],
    web,
    db,
    false,
  ],
  [
    "an empty namespace selector means every namespace",
    [policy("a", { ...all, ingress: [{ from: [{ namespaceSelector: {} }] }] })],
    far,
    web,
    true,
  ],
  [
    "no selector of namespaces means the outside",
    [policy("a", { ...all, ingress: [{ from: [{ namespaceSelector: {} }] }] })],
    outside,
    web,
    false,
  ],
  [
    "a namespace selector goes by labels",
    [policy("a", { ...all, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: "x" } } }] }] })],
    other,
    web,
    true,
  ],
  [
    "a namespace selector keeps other namespaces out",
    [policy("a", { ...all, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: "x" } } }] }] })],
    far,
    web,
    false,
  ],
  [
    "two selectors in one peer must both fit",
    [
      policy("a", {
        ...all,
        ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: "x" } }, ...app("db") }] }],
      }),
    ],
    other,
    web,
    false,
  ],
  [
    "two selectors in two peers are two ways in",
    [policy("a", { ...all, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: "x" } } }, app("db")] }] })],
    other,
    web,
    true,
  ],
  [
    "policies add up",
    [policy("a", all), policy("a", { ...all, ingress: [{ from: [{ namespaceSelector: {} }] }] })],
    far,
    web,
    true,
  ],
  [
    "both sides must let it through",
    [policy("a", { ...all, policyTypes: ["Egress"], egress: [{}] }), policy("c", all)],
    web,
    far,
    false,
  ],
  [
    "a block lets its addresses in",
    [policy("a", { ...all, ingress: [{ from: [{ ipBlock: { cidr: "203.0.113.0/24" } }] }] })],
    outside,
    web,
    true,
  ],
  [
    "a block leaves out what it excepts",
    [
      policy("a", {
        ...all,
        ingress: [{ from: [{ ipBlock: { cidr: "203.0.113.0/24", except: ["203.0.113.8/29"] } }] }],
      }),
    ],
    outside,
    web,
    false,
  ],
  [
    "a block of the other family lets nothing in",
    [policy("a", { ...all, ingress: [{ from: [{ ipBlock: { cidr: "::/0" } }] }] })],
    outside,
    web,
    false,
  ],
  [
    "a block goes by IPv6 addresses too",
    [policy("a", { ...all, ingress: [{ from: [{ ipBlock: { cidr: "2001:db8::/32" } }] }] })],
    { address: "2001:db8::1" },
    web,
    true,
  ],
  [
    "a port is of TCP unless it says otherwise",
    [policy("a", { ...all, ingress: [{ ports: [{ port: 53 }] }] })],
    far,
    web,
    false,
    { port: 53, protocol: "UDP" },
  ],
  [
    "a protocol without a port is all of its ports",
    [policy("a", { ...all, ingress: [{ ports: [{ protocol: "UDP" }] }] })],
    far,
    web,
    true,
    { port: 53, protocol: "UDP" },
  ],
  [
    "a range of ports ends with its last",
    [policy("a", { ...all, ingress: [{ ports: [{ port: 8000, endPort: 8080 }] }] })],
    far,
    web,
    true,
  ],
  [
    "a range of ports goes no further",
    [policy("a", { ...all, ingress: [{ ports: [{ port: 8000, endPort: 8079 }] }] })],
    far,
    web,
    false,
  ],
  [
    "a named port is that of the pod that is reached",
    [policy("a", { ...all, ingress: [{ ports: [{ port: "http" }] }] })],
    far,
    web,
    true,
  ],
  [
    "a name that the pod does not have fits nothing",
    [policy("a", { ...all, ingress: [{ ports: [{ port: "metrics" }] }] })],
    far,
    web,
    false,
  ],
  [
    "egress names the port that is gone to",
    [policy("a", { ...all, policyTypes: ["Egress"], egress: [{ ports: [{ port: "http" }] }] })],
    web,
    far,
    true,
  ],
  [
    "egress to a block reaches the outside",
    [policy("a", { ...all, policyTypes: ["Egress"], egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }] })],
    web,
    outside,
    true,
  ],
  ["a pod reaches itself", [policy("a", { ...all, policyTypes: ["Ingress", "Egress"] })], web, web, true],
];

describe("the evaluator of network policies", () => {
  for (const [what, policies, from, to, expected, port = http] of table) {
    it(`knows that ${what}`, () => assert.equal(mayConnect(from, to, port, { policies, namespaces }), expected));
  }
});
