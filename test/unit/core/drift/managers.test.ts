import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { holdersOf, managedFields } from "../../../../core/drift/managers.ts";
import type { Json, JsonObject } from "../../../../core/manifest/manifest.ts";
import type { Step } from "../../../../core/plan/path.ts";
import { object } from "../plan/fixture.ts";

const entry = (manager: string, operation: string, fieldsV1: Json, more: JsonObject = {}): JsonObject => ({
  manager,
  operation,
  apiVersion: "apps/v1",
  fieldsType: "FieldsV1",
  fieldsV1,
  ...more,
});
const podFields = (fields: Json): JsonObject => ({ "f:spec": { "f:template": { "f:spec": fields } } });
const items = (field: string, children: Json): JsonObject => podFields({ [field]: children });

const live = object("apps/v1", "Deployment", "web", {
  metadata: {
    finalizers: ["a/b", "c/d"],
    annotations: { "x/y": "1", z: "2" },
    managedFields: [
      entry(
        "driftless",
        "Apply",
        { ...items("f:containers", { 'k:{"name":"web"}': { ".": {}, "f:image": {}, "f:args": {} } }) },
        { time: "2026-01-01T00:00:00Z" },
      ),
      entry(
        "kubectl-edit",
        "Update",
        {
          "f:metadata": { "f:annotations": { "f:z": {} }, "f:finalizers": { 'v:"c/d"': {} } },
          ...items("f:containers", {
            'k:{"name":"web"}': {
              "f:env": { 'k:{"name":"DEBUG"}': { ".": {}, "f:name": {}, "f:value": {} } },
              "f:image": {},
            },
          }),
        },
        { time: "2026-02-01T00:00:00Z" },
      ),
      entry(
        "kube-controller-manager",
        "Update",
        { "f:metadata": { "f:annotations": { ".": {}, "f:x/y": {} } }, "f:status": {} },
        { subresource: "status" },
      ),
      entry("hpa", "Update", { "f:spec": { "f:replicas": {} } }, { subresource: "scale" }),
      entry(
        "svc",
        "Update",
        podFields({ "f:ports": { 'k:{"port":80,"protocol":"TCP"}': { "f:targetPort": {} } }, "f:list": { "i:1": {} } }),
      ),
      { manager: "odd", operation: "Update", fieldsType: "FieldsV2", fieldsV1: {} },
      { operation: "Update", fieldsType: "FieldsV1", fieldsV1: {} },
      "odd",
    ],
  },
  spec: {
    replicas: 5,
    template: {
      spec: {
        containers: [{ name: "web", image: "web:2", args: ["a", "b"], env: [{ name: "DEBUG", value: "1" }] }],
        ports: [{ name: "http", port: 80, protocol: "TCP", targetPort: 81 }],
        list: [{ a: 1 }, { a: 2 }],
      },
    },
  },
});

const inPod = (...steps: Step[]): readonly Step[] => ["spec", "template", "spec", ...steps];
const holders = (steps: readonly Step[]): readonly string[] =>
  holdersOf(managedFields(live), live, steps).map(({ manager }) => manager);

describe("holdersOf", () => {
  const web = { name: "web" };
  const cases: readonly (readonly [string, readonly Step[], readonly string[]])[] = [
    ["a field of two managers, the later first", inPod("containers", web, "image"), ["kubectl-edit", "driftless"]],
    [
      "a field of an item inside an item",
      inPod("containers", web, "env", { name: "DEBUG" }, "value"),
      ["kubectl-edit"],
    ],
    ["an item of a list that is held as a whole", inPod("containers", web, "args", 1), ["driftless"]],
    ["an item by its place", inPod("containers", 0, "image"), ["kubectl-edit", "driftless"]],
    ["an item whose key is not what it is matched by here", inPod("ports", { name: "http" }, "targetPort"), ["svc"]],
    ["a member of a set", ["metadata", "finalizers", { "": "c/d" }], ["kubectl-edit"]],
    ["a member of a set that nobody holds", ["metadata", "finalizers", { "": "a/b" }], []],
    ["an annotation with a slash", ["metadata", "annotations", "x/y"], ["kube-controller-manager"]],
    [
      "an annotation beside one of a map that is held without what is in it",
      ["metadata", "annotations", "z"],
      ["kubectl-edit"],
    ],
    ["a field through a subresource", ["spec", "replicas"], ["hpa"]],
    ["an item of a list by place", inPod("list", 1, "a"), ["svc"]],
    ["what nobody holds", inPod("containers", web, "tty"), []],
    ["what is not there", inPod("containers", { name: "gone" }), []],
  ];
  for (const [what, steps, expected] of cases) {
    it(`knows ${what}`, () => {
      assert.deepEqual(holders(steps), expected);
    });
  }

  it("tells operation, time and subresource as far as they are known", () => {
    assert.deepEqual(holdersOf(managedFields(live), live, ["spec", "replicas"]), [
      { manager: "hpa", operation: "Update", subresource: "scale" },
    ]);
    assert.deepEqual(holdersOf(managedFields(live), live, inPod("containers", web, "args")), [
      { manager: "driftless", operation: "Apply", time: "2026-01-01T00:00:00Z" },
    ]);
  });

  it("says nothing where an object has no managed fields", () => {
    const bare = object("v1", "ConfigMap", "a", {});
    assert.deepEqual(managedFields(bare), []);
    assert.deepEqual(holdersOf([], bare, ["data"]), []);
  });
});
