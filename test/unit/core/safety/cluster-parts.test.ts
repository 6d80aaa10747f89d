import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { EnvironmentSpec } from "../../../../core/environment/spec.ts";
import type { Action } from "../../../../core/plan/change.ts";
import { judgeDeletions, type Allowance, type Refusal } from "../../../../core/safety/decide.ts";
import { judgeDestruction } from "../../../../core/safety/destruction.ts";
import type { HeldObject, Removal } from "../../../../core/safety/removal.ts";
import { eksSpec } from "../../../support/eks.ts";
import { environment } from "../plan/fixture.ts";

const made: Partial<EnvironmentSpec> = { clusters: { eu: { eks: eksSpec() } }, applications: {} };
const gone: Partial<EnvironmentSpec> = { clusters: {}, applications: {} };

function part(kind: string, name: string): HeldObject {
  return { owner: "cluster/eu", cluster: "eu", kind, name };
}

const cluster = part("Cluster.eks.aws", "cluster");
const group = part("NodeGroup.eks.aws", "node-group/default");
const subnet = part("Subnet.ec2.aws", "subnet/private-3");
const role = part("Role.iam.aws", "role/nodes");
const routes = Array.from({ length: 20 }, (_, at) => part("Route.ec2.aws", `route/${at}`));

interface How {
  readonly spec?: Partial<EnvironmentSpec>;
  readonly action?: Action;
  readonly allowance?: Partial<Allowance>;
  readonly destroying?: boolean;
}

function judge(
  removed: readonly HeldObject[],
  { spec = made, action = "delete", allowance = {}, destroying = false }: How = {},
): readonly Refusal[] {
  const removals = removed.map((each): Removal => ({ change: { ...each, action } }));
  return (destroying ? judgeDestruction : judgeDeletions)({
    spec: environment({ ...spec, safety: { maxDeletions: "10%", freeze: [] } }),
    locate: (path) => ({ file: "environments/dev.yaml", line: 7, field: path.join(".") }),
    held: [cluster, group, subnet, role, ...routes],
    removals,
    allowance: { confirmed: [], ...allowance },
  });
}

const told = (refusals: readonly Refusal[]): readonly string[] =>
  refusals.map(({ finding: { code, message } }) => `${code} ${message}`);

describe("Parts of a cluster at AWS", () => {
  it("count as deletions, whatever they are", () => {
    assert.deepEqual(told(judge(routes.slice(0, 3))), []);
    const [refusal, ...others] = judge(routes.slice(0, 4));
    assert.deepEqual(others, []);
    assert.match(
      refusal?.finding.message ?? "",
      /^4 objects of .* allows 3 \(10% of 24\): Route\.ec2\.aws route\/0 on eu/,
    );
    assert.deepEqual(told(judge(routes.slice(0, 4), { allowance: { deletions: 4 } })), []);
  });

  it("that take something with them go only when somebody has said so, by name or by kind", () => {
    assert.deepEqual(told(judge([group, role])), [
      "DELETION_UNCONFIRMED NodeGroup.eks.aws node-group/default on eu would be deleted with its nodes, and what runs on them needs room elsewhere.",
    ]);
    assert.deepEqual(
      judge([group]).map(({ answer }) => answer),
      ["NodeGroup.eks.aws/node-group/default"],
    );
    for (const confirmed of [
      "NodeGroup.eks.aws",
      "NodeGroup.eks.aws/node-group/default",
      "eu/NodeGroup.eks.aws/node-group/default",
    ]) {
      assert.deepEqual(told(judge([group], { allowance: { confirmed: [confirmed] } })), [], confirmed);
    }
    for (const confirmed of ["cluster/eu", "Subnet.ec2.aws", "NodeGroup.eks.aws/node-group/other"]) {
      assert.equal(judge([group], { allowance: { confirmed: [confirmed] } }).length, 1, confirmed);
    }
  });

  it("count where they are made anew, and ask unless the new one takes over from the old one", () => {
    assert.deepEqual(told(judge([group], { action: "replace" })), []);
    assert.deepEqual(told(judge([group, ...routes.slice(0, 3)], { action: "replace" })), [], "a route is nothing lost");
    assert.equal(
      judge([group], { action: "replace", allowance: { deletions: 0 } })[0]?.finding.code,
      "DELETIONS_EXCEEDED",
    );
    assert.deepEqual(told(judge([subnet], { action: "replace" })), [
      "DELETION_UNCONFIRMED Subnet.ec2.aws subnet/private-3 on eu would be deleted and created again, and whatever is in it loses its network.",
    ]);
  });

  it("of a cluster that is made no more are one question, beside the limit", () => {
    const all = [cluster, group, subnet, role];
    const [question, limit, ...others] = judge(all, { spec: gone });
    assert.deepEqual(others, []);
    assert.equal(limit?.finding.code, "DELETIONS_EXCEEDED");
    assert.equal(
      question?.finding.message,
      'The environment no longer makes the cluster "eu": 4 parts of it at AWS would be deleted (1 Cluster.eks.aws, 1 NodeGroup.eks.aws), with everything that runs on it.',
    );
    assert.match(question.finding.fix, /--orphan; .*--confirm cluster\/eu$/);
    assert.equal(question.answer, "cluster/eu");
    const allowance = { confirmed: ["cluster/eu"], deletions: 4 };
    assert.deepEqual(told(judge(all, { spec: gone, allowance })), []);
    // It is only used from now on: what was made would go all the same.
    const used: Partial<EnvironmentSpec> = {
      clusters: { eu: { eks: { existing: "dev-eu", region: "eu-central-1" } } },
    };
    assert.equal(judge([role], { spec: used })[0]?.answer, "cluster/eu");
  });

  it("go with an environment that is destroyed: that is the question itself", () => {
    assert.deepEqual(told(judge([cluster, group, subnet, role, ...routes], { destroying: true })), []);
  });
});
