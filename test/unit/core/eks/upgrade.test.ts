import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { checkUpgrade } from "../../../../core/eks/upgrade.ts";
import { eksSpec, smallEks } from "../../../support/eks.ts";

interface Running {
  readonly version: string;
  readonly nodeGroups?: Readonly<Record<string, string>>;
  readonly addons?: Readonly<Record<string, string>>;
}

function said(wanted: object, { version, nodeGroups = {}, addons = {} }: Running): readonly string[] {
  const running = { version, nodeGroups: new Map(Object.entries(nodeGroups)), addons: new Map(Object.entries(addons)) };
  const locate = (path: readonly string[]) => ({ file: "environments/dev.yaml", field: path.join(".") });
  return checkUpgrade({ cluster: "eu", spec: eksSpec(wanted), running, locate }).map(
    ({ code, message, place, fix }) => {
      assert.equal(code, "EKS_UPGRADE_REFUSED");
      assert.notEqual(fix, "");
      return `${(place?.field ?? "").replace("clusters.eu.eks.", "")}: ${message}`;
    },
  );
}

const nodes = (version?: string): object => ({
  nodeGroups: { default: { ...smallEks.nodeGroups.default, ...(version === undefined ? {} : { version }) } },
});

describe("the upgrade of an EKS cluster", () => {
  it("goes nowhere, or one minor up", () => {
    assert.deepEqual(said({ version: "1.34" }, { version: "1.34", nodeGroups: { default: "1.34" } }), []);
    assert.deepEqual(said({ version: "1.34" }, { version: "1.33", nodeGroups: { default: "1.33" } }), []);
  });

  it("does not go two minors at once", () => {
    assert.deepEqual(said({ version: "1.34" }, { version: "1.32" }), [
      'version: The cluster "eu" runs Kubernetes 1.32; 1.34 is 2 minors ahead, and EKS takes one at a time.',
    ]);
  });

  it("does not go back, even where AWS has upgraded by itself", () => {
    assert.deepEqual(said({ version: "1.33" }, { version: "1.34" }), [
      'version: The cluster "eu" runs Kubernetes 1.34 and cannot go back to 1.33.',
    ]);
  });

  it("does not take a node group back", () => {
    assert.deepEqual(
      said({ version: "1.34", ...nodes("1.33") }, { version: "1.34", nodeGroups: { default: "1.34" } }),
      [
        'nodeGroups.default.version: The node group "default" of the cluster "eu" runs Kubernetes 1.34 and cannot go back to 1.33.',
      ],
    );
  });

  it("does not leave nodes more than three minors behind, not even until they follow", () => {
    assert.deepEqual(said({ version: "1.34", ...nodes() }, { version: "1.33", nodeGroups: { default: "1.30" } }), [
      'nodeGroups.default: The node group "default" of the cluster "eu" runs Kubernetes 1.30, and would be 4 minors behind a control plane of 1.34; it may be 3.',
    ]);
    assert.deepEqual(said({ version: "1.34", ...nodes() }, { version: "1.33", nodeGroups: { default: "1.31" } }), []);
  });

  it("does not leave a kube-proxy behind that no document names", () => {
    const addons = { "kube-proxy": "v1.30.9-eksbuild.3" };
    assert.deepEqual(said({ version: "1.34" }, { version: "1.33", addons }), [
      'addons: The add-on kube-proxy of the cluster "eu" is v1.30.9-eksbuild.3, 4 minors behind a control plane of 1.34; it may be 3.',
    ]);
    const named = { addons: { "kube-proxy": { version: "v1.34.1-eksbuild.1" } } };
    assert.deepEqual(said({ version: "1.34", ...named }, { version: "1.33", addons }), []);
  });
});
