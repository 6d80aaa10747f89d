import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { JsonObject } from "../../../core/manifest/manifest.ts";
import { noPlaintextSecrets } from "../../../policies/rules/no-plaintext-secrets.ts";
import { messagesOf } from "../evaluate.ts";

function secret(more: JsonObject): JsonObject {
  return { apiVersion: "v1", kind: "Secret", metadata: { name: "web" }, type: "Opaque", ...more };
}

const base64 = (text: string) => Buffer.from(text).toString("base64");
const certificate = "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIU\n-----END CERTIFICATE-----\n";

describe("no-plaintext-secrets", () => {
  it("accepts Secrets that hold nothing to read", () => {
    for (const more of [
      {},
      { data: null },
      { data: {}, stringData: {} },
      { data: { password: "" }, stringData: { password: "" } },
      { type: "kubernetes.io/service-account-token" },
      { data: { password: "ENC[AES256_GCM,data:Zm9v,iv:YmFy,tag:YmF6,type:str]" }, sops: { version: "3.9.0" } },
      { stringData: { password: "vault:secret/data/web#password" } },
      { data: { password: base64("ref+vault://secret/web#password") } },
      { stringData: { password: "<path:secret/data/web#password>" } },
      { stringData: { password: "${PASSWORD}" } },
      { data: { "ca.crt": base64(certificate + certificate) } },
    ]) {
      assert.deepEqual(messagesOf(noPlaintextSecrets, secret(more)), []);
    }
  });

  it("refuses the others by key, and never shows a value", () => {
    const data = { password: base64("hunter2"), user: base64("web") };
    const messages = messagesOf(noPlaintextSecrets, secret({ data, stringData: { token: "s3cr3t" } }));
    assert.deepEqual(messages, [
      'data holds the key "password" in plain text',
      'data holds the key "user" in plain text',
      'stringData holds the key "token" in plain text',
    ]);
    assert.doesNotMatch(messages.join(), /hunter2|s3cr3t|aHVudGVyMg/);
  });

  it("refuses private keys beside certificates, and what only looks encrypted or like a certificate", () => {
    const key = "-----BEGIN PRIVATE KEY-----\nMC4CAQAw\n-----END PRIVATE KEY-----\n";
    for (const text of [key, certificate + key, "ENC[", "password ${NAME}", "-----BEGIN CERTIFICATE-----"])
      assert.equal(messagesOf(noPlaintextSecrets, secret({ data: { a: base64(text) } })).length, 1);
  });

  it("refuses values that are no text", () => {
    assert.equal(messagesOf(noPlaintextSecrets, secret({ data: { a: 7, b: { c: "d" }, e: null } })).length, 2);
  });

  it("accepts the types and the placeholders that the settings name", () => {
    const settings = { types: ["kubernetes.io/tls"], placeholders: ["TO-BE-FILLED"] };
    const data = { a: base64("to-be-filled") };
    assert.deepEqual(messagesOf(noPlaintextSecrets, secret({ data }), settings), []);
    assert.equal(messagesOf(noPlaintextSecrets, secret({ data })).length, 1);
    const tls = secret({ type: "kubernetes.io/tls", data: { "tls.key": "YWJj" } });
    assert.deepEqual(messagesOf(noPlaintextSecrets, tls, settings), []);
    assert.equal(messagesOf(noPlaintextSecrets, tls).length, 1);
  });

  it("leaves sealed and external Secrets alone", () => {
    const sealed = { apiVersion: "bitnami.com/v1alpha1", kind: "SealedSecret", spec: { encryptedData: { a: "AgBy" } } };
    const external = {
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      spec: { data: [{ secretKey: "a" }] },
    };
    for (const object of [sealed, external]) assert.deepEqual(messagesOf(noPlaintextSecrets, object), []);
  });
});
