import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { isSchedulable } from "../../../../toolchain/local-cluster/node.ts";

describe("whether pods can start on a Node", () => {
  const ready = { conditions: [{ type: "Ready", status: "True" }] };
  const cases: readonly [string, object, boolean][] = [
    ["is yes when it is ready", { spec: {}, status: ready }, true],
    [
      "is no while it is tainted",
      { spec: { taints: [{ key: "node.kubernetes.io/not-ready" }] }, status: ready },
      false,
    ],
    ["is no before anything is known", { metadata: {} }, false],
    ["is no when it is not ready", { status: { conditions: [{ type: "Ready", status: "Unknown" }] } }, false],
  ];
  for (const [name, node, expected] of cases) {
    it(name, () => assert.equal(isSchedulable(JSON.stringify(node)), expected));
  }
});
