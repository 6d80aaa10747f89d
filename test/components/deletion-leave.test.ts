import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { DeletionLeave } from "../../components/deletion-leave.ts";
import type { CloudResource } from "../../core/plan/cloud.ts";
import { eksSpec } from "../support/eks.ts";
import { environment } from "./plans.ts";

const group = (name: string): CloudResource => ({
  cluster: "eu",
  kind: "NodeGroup.eks.aws",
  name: `node-group/${name}`,
});
const vpc: CloudResource = { cluster: "eu", kind: "Vpc.ec2.aws", name: "vpc" };
const role: CloudResource = { cluster: "eu", kind: "Role.iam.aws", name: "role/nodes" };

/** How the program answers for a part, where its plan makes the cluster or does not. */
function refusal(part: CloudResource, confirmed: readonly string[] = [], made = true): string {
  const plan = environment([]);
  const clusters = made ? [{ name: "eu", spec: { eks: eksSpec() } }] : [];
  try {
    new DeletionLeave({ ...plan, clusters }, confirmed).checkPart(part);
    return "";
  } catch (error) {
    return String(error);
  }
}

describe("a part of a cluster at AWS", () => {
  it("goes only when somebody has confirmed it, if it takes something with it", () => {
    assert.match(
      refusal(group("old")),
      /DELETION_UNCONFIRMED NodeGroup\.eks\.aws node-group\/old on eu would be deleted/,
    );
    assert.match(refusal(group("old")), /DRIFTLESS_CONFIRM=NodeGroup\.eks\.aws\/node-group\/old;/);
    for (const word of [
      "NodeGroup.eks.aws",
      "NodeGroup.eks.aws/node-group/old",
      "eu/_/NodeGroup.eks.aws/node-group/old",
    ]) {
      assert.equal(refusal(group("old"), [word]), "", word);
    }
    assert.match(refusal(vpc, ["cluster/eu"]), /DELETION_UNCONFIRMED/);
    assert.equal(refusal(role), "");
  });

  it("may go where it is a node group that another one has taken over from", () => {
    assert.equal(refusal(group("default")), "");
  });

  it("goes with its cluster, whatever it is, once that is confirmed", () => {
    assert.match(refusal(role, [], false), /DELETION_UNCONFIRMED.*DRIFTLESS_CONFIRM=cluster\/eu;/s);
    assert.equal(refusal(role, ["cluster/eu"], false), "");
    assert.equal(refusal(vpc, ["cluster/eu"], false), "");
  });
});
