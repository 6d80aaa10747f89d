import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { mergeVersions } from "../../../../core/schema/kubernetes/merge.ts";
import { readDefinitions, type Definitions } from "../../../../core/schema/kubernetes/read-openapi.ts";
import { kubernetesSchemas } from "../../../../core/schema/kubernetes/schemas.ts";

const meta = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
const ref = (name: string) => ({ allOf: [{ $ref: `#/components/schemas/${name}` }], default: {} });

/** A release that serves one kind with one field, as an OpenAPI document says it. */
function release(field: string): Definitions {
  const schemas = {
    [meta]: { type: "object", properties: { name: { type: "string", description: "Its name." } } },
    "io.k8s.Spec": { type: "object", properties: { [field]: { type: "integer", format: "int32" } } },
    "io.k8s.Unused": { type: "object" },
    "io.k8s.Thing": {
      type: "object",
      properties: { metadata: ref(meta), spec: ref("io.k8s.Spec"), status: ref("io.k8s.Unused") },
      "x-kubernetes-group-version-kind": [{ group: "example.k8s.io", version: "v1", kind: "Thing" }],
    },
  };
  return readDefinitions([JSON.stringify({ components: { schemas } }), JSON.stringify({})]);
}

describe("schemas of Kubernetes", () => {
  it("are read without words, defaults and what no manifest holds", () => {
    const { kinds, definitions } = release("size");
    assert.deepEqual([...kinds], [["example.k8s.io/v1/Thing", "io.k8s.Thing"]]);
    assert.deepEqual([...definitions.keys()].sort(), ["io.k8s.Spec", "io.k8s.Thing", meta]);
    assert.deepEqual(definitions.get(meta), { type: "object", properties: { name: { type: "string" } } });
    assert.deepEqual(definitions.get("io.k8s.Thing")?.properties, {
      metadata: { $ref: `#/definitions/${meta}` },
      spec: { $ref: "#/definitions/io.k8s.Spec" },
      status: {},
    });
  });

  it("stand once for all releases in which they are the same", () => {
    const merged = mergeVersions([
      ["1.30", release("size")],
      ["1.31", release("size")],
      ["1.32", release("length")],
    ]);
    assert.deepEqual(merged.kinds, { "example.k8s.io/v1/Thing": { definition: "io.k8s.Thing", in: ["1.30", "1.32"] } });
    assert.deepEqual(
      merged.definitions["io.k8s.Spec"]?.map((variant) => variant.in),
      [
        ["1.30", "1.31"],
        ["1.32", "1.32"],
      ],
    );
    assert.equal(merged.definitions["io.k8s.Thing"]?.length, 1);
  });

  it("are those of the nearest release that is known", async () => {
    const versionOf = async (version: string): Promise<string> => (await kubernetesSchemas(version)).version;
    assert.equal(await versionOf("v1.33.7"), "1.33");
    assert.equal(await versionOf("1.12"), "1.29");
    assert.equal(await versionOf("1.99.0"), "1.37");
  });

  it("know when a kind came and when a field did", async () => {
    const [old, recent] = [await kubernetesSchemas("1.29"), await kubernetesSchemas("1.36")];
    const kind = "admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy";
    assert.deepEqual([old.definitionOf(kind) === undefined, recent.definitionOf(kind) === undefined], [true, false]);
    assert.equal(recent.definitionOf("constructor"), undefined);
  });
});
