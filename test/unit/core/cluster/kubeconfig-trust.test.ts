import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { untrusted, type KubeconfigTrust } from "../../../../core/cluster/kubeconfig-trust.ts";
import { formatFinding } from "../../../../core/errors/finding.ts";

const server = "https://eu.example.com";
const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "aws", args: ["eks", "get-token"] };

type Entry = Readonly<Record<string, unknown>>;

function fields(cluster: Entry, user: Entry, trust: KubeconfigTrust = {}): readonly string[] {
  const used = { label: "$KUBECONFIG", cluster: { server, ...cluster }, user };
  return untrusted("eu", trust, used).map(({ place }) => place?.field ?? "");
}

describe("what a kubeconfig may do", () => {
  const denied: readonly (readonly [what: string, cluster: Entry, user: Entry, fields: readonly string[]])[] = [
    ["certificates and a key in place", { "certificate-authority-data": "QQ==" }, { "client-key-data": "QQ==" }, []],
    ["a token", {}, { token: "x" }, []],
    ["a proxy, through which TLS goes end to end", { "proxy-url": "http://proxy:3128" }, {}, []],
    ["a user name to take on", {}, { as: "admin" }, []],
    ["the authority in a file", { "certificate-authority": "ca.crt" }, {}, ["cluster.certificate-authority"]],
    [
      "a file beside the data that wins",
      { "certificate-authority": "a", "certificate-authority-data": "QQ==" },
      {},
      [],
    ],
    [
      "all files at once",
      { "certificate-authority": "ca" },
      { "client-certificate": "c", "client-key": "k", tokenFile: "t" },
      ["cluster.certificate-authority", "user.client-certificate", "user.client-key", "user.tokenFile"],
    ],
    ["a program", {}, { exec }, ["user.exec"]],
    ["a program with a PATH", {}, { exec: { ...exec, env: [{ name: "PATH" }] } }, ["user.exec", "user.exec.env"]],
    ["anybody who answers", { "insecure-skip-tls-verify": true }, {}, ["cluster.insecure-skip-tls-verify"]],
    ["http", { server: "http://eu.example.com" }, {}, ["cluster.server"]],
    ["http on this machine", { server: "http://127.0.0.1:8001" }, {}, []],
    ["http on a host called like this machine", { server: "http://127.example.com" }, {}, ["cluster.server"]],
    ["an auth-provider", {}, { "auth-provider": { name: "gcp" } }, ["user.auth-provider"]],
    ["groups to take on", {}, { as: "x", "as-groups": ["system:masters"] }, ["user.as-groups"]],
  ];
  for (const [what, cluster, user, expected] of denied) {
    it(`${expected.length === 0 ? "lets pass" : "refuses"} ${what}, where the document allows nothing`, () => {
      assert.deepEqual(fields(cluster, user), expected);
    });
  }

  it("lets pass what the document allows, and nothing that is only similar", () => {
    assert.deepEqual(fields({}, { exec }, { allowExec: ["aws"] }), []);
    assert.deepEqual(fields({}, { exec: { ...exec, command: "./aws" } }, { allowExec: ["aws"] }), ["user.exec"]);
    assert.deepEqual(fields({}, { exec }, { allowExec: ["/usr/bin/aws", "aws-iam"] }), ["user.exec"]);
    const hijacked = { ...exec, env: [{ name: "AWS_PROFILE" }, { name: "LD_PRELOAD" }] };
    assert.deepEqual(fields({}, { exec: hijacked }, { allowExec: ["aws"] }), ["user.exec.env"]);
    assert.deepEqual(fields({ "certificate-authority": "ca" }, { tokenFile: "t" }, { allowFiles: true }), []);
    const insecure = { server: "http://eu.example.com", "insecure-skip-tls-verify": true };
    assert.deepEqual(fields(insecure, {}, { allowInsecure: true }), []);
    const all = { allowInsecure: true, allowFiles: true, allowExec: ["aws"] };
    assert.deepEqual(fields({}, { "auth-provider": {}, "as-uid": "1" }, all), ["user.auth-provider", "user.as-uid"]);
  });

  it("says what to write, where", () => {
    const [finding] = untrusted(
      "eu",
      { allowExec: ["gke"] },
      { label: "$KUBECONFIG", cluster: { server }, user: { exec } },
    );
    assert.equal(
      finding === undefined ? "" : formatFinding(finding),
      '$KUBECONFIG (user.exec): KUBECONFIG_DENIED The kubeconfig of cluster "eu" runs a program for its credentials, which the document does not allow ("aws").\n' +
        '  fix: If you trust it, write `allowExec: ["gke","aws"]` in clusters.eu.kubeconfig.',
    );
  });
});
