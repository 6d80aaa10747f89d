import assert from "node:assert/strict";
import { DiffKind, type StepEventMetadata } from "@pulumi/pulumi/automation/index.js";
import { describe, it } from "mocha";
import { fieldsOf } from "../../../../automation/engine/steps.ts";

const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:abc" };

type State = NonNullable<StepEventMetadata["old"]>;

/** An update of one object, with the provider's own diff. */
function update(
  before: object,
  after: object,
  paths: readonly string[],
): Pick<StepEventMetadata, "old" | "new" | "detailedDiff"> {
  const state = (more: object): State => ({
    type: "",
    urn: "",
    id: "",
    parent: "",
    provider: "",
    inputs: { apiVersion: "v1", kind: "Secret", metadata: { name: "x" }, ...more },
    outputs: {},
  });
  const detailedDiff = Object.fromEntries(paths.map((path) => [path, { diffKind: DiffKind.update, inputDiff: false }]));
  return { old: state(before), new: state(after), detailedDiff };
}

describe("the fields of a step", () => {
  it("leave out what only the provider names: there is no value before and none after", () => {
    assert.deepEqual(fieldsOf(update({}, {}, ["spec.replicas", "__inputs"])), []);
    assert.deepEqual(fieldsOf(update({ spec: { a: 1 } }, { spec: { a: 2 } }, ["spec.replicas", "spec.a"])), [
      { path: "spec.a", kind: "change", before: 1, after: 2 },
    ]);
  });

  it("name what is secret in the state, whose values cannot be compared", () => {
    assert.deepEqual(fieldsOf(update({ data: { token: secret } }, { data: { token: secret } }, ["data.token"])), [
      { path: "data.token", kind: "change", before: "[secret]", after: "[secret]" },
    ]);
  });
});
