import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { JsonObject } from "../../../core/manifest/manifest.ts";
import { ingressTlsRequired } from "../../../policies/rules/ingress-tls-required.ts";
import { messagesOf } from "../evaluate.ts";

function ingress(hosts: readonly string[], tls?: readonly JsonObject[], annotations: JsonObject = {}): JsonObject {
  const rules = hosts.map((host) => (host === "" ? { http: {} } : { host, http: {} }));
  const spec = { rules, ...(tls === undefined ? {} : { tls }) };
  return { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: { name: "web", annotations }, spec };
}

function gateway(...protocols: string[]): JsonObject {
  const listeners = protocols.map((protocol) => ({ name: protocol.toLowerCase(), protocol }));
  return { apiVersion: "gateway.networking.k8s.io/v1", kind: "Gateway", spec: { listeners } };
}

const check = (object: JsonObject, settings: JsonObject = {}) => messagesOf(ingressTlsRequired, object, settings);

describe("ingress-tls-required", () => {
  it("accepts hosts that a certificate is named for", () => {
    for (const object of [
      ingress(["a.example.com"], [{ hosts: ["a.example.com"], secretName: "tls" }]),
      ingress(["a.example.com", "b.example.com"], [{ hosts: ["*.example.com"] }]),
      ingress(["a.example.com", "b.example.com"], [{ hosts: ["a.example.com"] }, { hosts: ["b.example.com"] }]),
      ingress(["*.example.com"], [{ hosts: ["*.example.com"] }]),
      ingress(["a.example.com", ""], [{ secretName: "tls" }]),
    ]) {
      assert.deepEqual(check(object), []);
    }
  });

  it("refuses an Ingress without any", () => {
    for (const tls of [undefined, []]) assert.deepEqual(check(ingress(["a.example.com"], tls)), ["no TLS is set up"]);
  });

  it("refuses hosts that none is named for", () => {
    const tls = [{ hosts: ["*.example.com", "b.example.org"] }];
    for (const host of ["a.b.example.com", "example.com", "a.example.org", "*.example.org"])
      assert.deepEqual(check(ingress(["a.example.com", host], tls)), [`no TLS is set up for ${JSON.stringify(host)}`]);
    assert.deepEqual(check(ingress([""], tls)), ["no TLS is set up for every other host"]);
  });

  it("takes the annotations that the settings name for certificates", () => {
    const annotations = {
      "alb.ingress.kubernetes.io/certificate-arn": "arn:aws:acm:eu-central-1:111122223333:certificate/a",
    };
    assert.deepEqual(check(ingress(["a.example.com"], undefined, annotations)), []);
    assert.equal(check(ingress(["a.example.com"], undefined, annotations), { annotations: [] }).length, 1);
    assert.equal(
      check(ingress(["a.example.com"], undefined, { "networking.gke.io/managed-certificates": "" })).length,
      1,
    );
  });

  it("refuses a Gateway that is plain HTTP only", () => {
    assert.deepEqual(check(gateway("HTTP")), ["every listener is plain HTTP"]);
    for (const object of [gateway("HTTP", "HTTPS"), gateway("TLS", "HTTP"), gateway("TCP"), gateway()])
      assert.deepEqual(check(object), []);
  });
});
