import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { cutOff, refusalOf, serverWords } from "../../../../automation/engine/refusal.ts";

const title = "ConfigMap shop/settings on eu";
const urn = "urn:pulumi:dev::driftless::kubernetes:core/v1:ConfigMap::eu/shop/ConfigMap/settings";
const created = `resource "${urn}" was not successfully created by the Kubernetes API server: `;
const previewed =
  'Preview failed: 1 error occurred:\n\t* the Kubernetes API server reported that "shop/settings" failed to fully initialize or become live: ';

describe("What a cluster says against an object", () => {
  for (const [what, reason, code, message] of [
    [
      "a ValidatingAdmissionPolicy in a preview",
      `${previewed}configmaps "settings" is forbidden: ValidatingAdmissionPolicy 'rules' with binding 'rules' denied request: no`,
      "OBJECT_REFUSED",
      "its cluster refuses it: ValidatingAdmissionPolicy 'rules' with binding 'rules' denied request: no.",
    ],
    [
      "a webhook",
      `${created}admission webhook "rules.example.com" denied the request: not like this.`,
      "OBJECT_REFUSED",
      'its cluster refuses it: admission webhook "rules.example.com" denied the request: not like this.',
    ],
    [
      "a quota",
      `${created}configmaps "settings" is forbidden: exceeded quota: few, requested: count/configmaps=1, used: count/configmaps=3, limited: count/configmaps=3`,
      "OBJECT_REFUSED",
      "its cluster refuses it: exceeded quota: few, requested: count/configmaps=1, used: count/configmaps=3, limited: count/configmaps=3.",
    ],
    [
      "a field that is wrong",
      `${created}ConfigMap "settings" is invalid: data[bad key]: Invalid value: "bad key": a valid config key must …`,
      "OBJECT_REFUSED",
      'its cluster refuses it: data[bad key]: Invalid value: "bad key": a valid config key must ….',
    ],
    [
      "a field that does not exist",
      `${created}failed to create typed patch object (shop/settings; v1, Kind=ConfigMap): .dataa: field not declared in schema`,
      "OBJECT_REFUSED",
      "its cluster refuses it: failed to create typed patch object (shop/settings; v1, Kind=ConfigMap): .dataa: field not declared in schema.",
    ],
    [
      "a webhook that is down",
      `${created}Internal error occurred: failed calling webhook "rules.example.com": failed to call webhook: Post "https://127.0.0.1:1/?timeout=3s": dial tcp 127.0.0.1:1: connect: connection refused`,
      "WEBHOOK_FAILED",
      'its cluster asks the webhook "rules.example.com" about it, which does not answer: Post "https://127.0.0.1:1/?timeout=3s": dial tcp 127.0.0.1:1: connect: connection refused.',
    ],
    [
      "a kind that it does not serve",
      `creation of resource "${urn}" with kind example.com/v1/Widget failed because the Kubernetes API server reported that the apiVersion for this resource does not exist. Verify that any required CRDs have been created: no matches for kind "Widget" in version "example.com/v1"`,
      "KIND_UNKNOWN",
      "its cluster does not serve the kind Widget of example.com/v1.",
    ],
    [
      "a namespace that goes",
      `${created}configmaps "settings" is forbidden: unable to create new content in namespace shop because it is being terminated`,
      "OBJECT_TERMINATING",
      "it, or its namespace, is being deleted: unable to create new content in namespace shop because it is being terminated.",
    ],
  ] as const) {
    it(`has a code, and the words of the API server alone: ${what}`, () => {
      const refusal = refusalOf(title, reason);
      assert.deepEqual([refusal?.code, refusal?.message], [code, `${title}: ${message}`]);
    });
  }

  it("is the same for every object that a lost API server cut off, and no webhook's", () => {
    const call = 'Patch "https://127.0.0.1:6443/api/v1/namespaces/shop/configmaps/settings?force=false": ';
    for (const why of [
      "unexpected EOF",
      "http2: client connection force closed via ClientConn.Close",
      "dial tcp 127.0.0.1:6443: connect: connection refused",
    ]) {
      const message = 'The cluster "eu" stopped answering in the middle of the run; not everything was applied.';
      assert.equal(cutOff("eu", created + call + why)?.message, message);
    }
    for (const reason of [
      "unexpected error when reading response body. Please retry. Original error: read tcp: connection reset by peer",
      'configmaps "settings" is forbidden: not yet ready to handle request',
    ]) {
      assert.equal(cutOff("eu", created + reason)?.code, "CLUSTER_UNREACHABLE");
    }
    assert.equal(cutOff("eu", `${created}failed calling webhook "a.b": ${call}connection refused`), undefined);
    assert.equal(cutOff("eu", `${call}context canceled`), undefined);
  });

  it("is not taken for a refusal where it is something else", () => {
    for (const reason of ["", `${previewed}Timeout occurred polling for 'settings'`, "context canceled"]) {
      assert.equal(refusalOf(title, reason), undefined, reason);
    }
  });

  it("is one line without the URN of the resource", () => {
    const reason = `2 errors occurred:\n\t* ${created}one\n\t* the other of ${urn}\n`;
    assert.equal(serverWords(reason), "one; the other of eu/shop/ConfigMap/settings");
  });
});
