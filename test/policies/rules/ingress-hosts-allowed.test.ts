import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { JsonObject } from "../../../core/manifest/manifest.ts";
import { ingressHostsAllowed } from "../../../policies/rules/ingress-hosts-allowed.ts";
import { messagesOf } from "../evaluate.ts";

const settings = { domains: ["shop.example.com", "example.org"] };

function object(kind: string, spec: JsonObject, metadata: JsonObject = {}): JsonObject {
  const group = kind === "Ingress" ? "networking.k8s.io" : "gateway.networking.k8s.io";
  return { apiVersion: `${group}/v1`, kind, metadata: { name: "web", namespace: "shop", ...metadata }, spec };
}

const forHost = (host: string) => object("Ingress", { rules: [{ host }] });
const refusal = (served: string) => [`${served}, where the environment allows shop.example.com, example.org`];

describe("ingress-hosts-allowed", () => {
  for (const host of [
    "shop.example.com",
    "www.shop.example.com",
    "*.shop.example.com",
    "a.b.shop.example.com",
    "SHOP.Example.com",
    "shop.example.com.",
    "example.org",
  ]) {
    it(`accepts ${host}`, () => assert.deepEqual(messagesOf(ingressHostsAllowed, forHost(host), settings), []));
  }

  for (const host of [
    "example.com",
    "*.example.com",
    "myshop.example.com",
    "shop.example.com.evil.com",
    "*.org",
    "evil.com/.shop.example.com",
    "*shop.example.com",
  ]) {
    it(`refuses ${host}`, () => {
      assert.deepEqual(
        messagesOf(ingressHostsAllowed, forHost(host), settings),
        refusal(`the host is ${JSON.stringify(host)}`),
      );
    });
  }

  it("looks at names that external-dns gives to any object", () => {
    const service = (hosts: string): JsonObject => ({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "web", annotations: { "external-dns.alpha.kubernetes.io/hostname": hosts } },
      spec: { type: "LoadBalancer" },
    });
    assert.deepEqual(messagesOf(ingressHostsAllowed, service("www.shop.example.com"), settings), []);
    assert.deepEqual(
      messagesOf(ingressHostsAllowed, service("shop.example.com, bank.example.com"), settings),
      refusal('the host is "bank.example.com"'),
    );
  });

  it("refuses to serve every host", () => {
    for (const each of [
      object("Ingress", { rules: [{ http: {} }] }),
      object("Ingress", { rules: [{ host: "" }] }),
      object("Ingress", { defaultBackend: { service: { name: "web" } } }),
      object("Ingress", { rules: [{ host: "example.org" }], defaultBackend: { service: { name: "web" } } }),
      object("HTTPRoute", {}),
      object("GRPCRoute", { hostnames: [] }),
      object("Gateway", { listeners: [{ hostname: "*" }] }),
    ]) {
      assert.deepEqual(messagesOf(ingressHostsAllowed, each, settings), refusal("every host is served"));
    }
  });

  it("looks at certificates, at aliases, and at what the Gateway API serves", () => {
    const annotations = { "nginx.ingress.kubernetes.io/server-alias": "example.org, evil.com" };
    for (const each of [
      object("Ingress", { rules: [{ host: "example.org" }], tls: [{ hosts: ["evil.com"] }] }),
      object("Ingress", { rules: [{ host: "example.org" }] }, { annotations }),
      object("HTTPRoute", { hostnames: ["example.org", "evil.com"] }),
      object("GRPCRoute", { hostnames: ["evil.com"] }),
      object("TLSRoute", { hostnames: ["evil.com"] }),
      object("Gateway", { listeners: [{ hostname: "evil.com" }, { port: 80 }] }),
      { ...object("Ingress", { rules: [{ host: "evil.com" }] }), apiVersion: "extensions/v1beta1" },
    ]) {
      assert.deepEqual(messagesOf(ingressHostsAllowed, each, settings), refusal('the host is "evil.com"'));
    }
  });

  it("keeps a tenant to its domains", () => {
    const tenant = (domains?: string[]) => ({ namespaces: ["shop"], clusters: ["main"], ...(domains && { domains }) });
    const check = (domains?: string[]) =>
      messagesOf(ingressHostsAllowed, forHost("shop.example.com"), {
        environment: { tenants: { shop: tenant(domains) } },
      });
    assert.deepEqual(check(), []);
    assert.deepEqual(check(["example.com"]), []);
    assert.deepEqual(check(["example.org"]), [
      'the host is "shop.example.com", where the tenant "shop" allows example.org',
    ]);
    assert.deepEqual(check([]), ['the host is "shop.example.com", where the tenant "shop" allows none']);
  });

  it("allows any where nobody names a domain, and leaves other kinds alone", () => {
    assert.deepEqual(messagesOf(ingressHostsAllowed, forHost("evil.com")), []);
    const other = { apiVersion: "networking.istio.io/v1", kind: "Gateway", spec: { listeners: [{ hostname: "*" }] } };
    assert.deepEqual(messagesOf(ingressHostsAllowed, other, settings), []);
  });
});
