import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { compare } from "../../../../core/drift/compare.ts";
import { judgeDifferences } from "../../../../core/drift/judge.ts";
import { normalForm } from "../../../../core/drift/normal-form.ts";
import { undoPatch, type PatchOperation } from "../../../../core/drift/undo.ts";
import type { Json, JsonObject, KubernetesObject } from "../../../../core/manifest/manifest.ts";

const inputs: KubernetesObject = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "shop" },
  spec: { template: { spec: { containers: [{ name: "web", image: "web:1", args: ["--a"] }] } } },
};
/** What it looked like: with what the cluster has filled in. */
const before: KubernetesObject = {
  ...inputs,
  metadata: { ...inputs.metadata, uid: "u1", resourceVersion: "7", labels: { "a/b~c": "1" } },
  spec: {
    replicas: 1,
    strategy: { maxSurge: "25%" },
    template: {
      spec: {
        containers: [
          { name: "proxy", image: "proxy:1" },
          { name: "web", image: "web:1", args: ["--a"], ports: [{ containerPort: 80, protocol: "TCP" }] },
        ],
      },
    },
  },
};

/** The patch for an object that looks like this now. */
function patchOf(live: KubernetesObject, was = before, asked = inputs, key?: string): readonly PatchOperation[] {
  const [old, now] = [normalForm(was, key), normalForm(live, key)];
  const judged = judgeDifferences(compare(old, now), {
    ...{ inputs: asked, live, before: old, after: now, rules: [], reverted: [] },
  });
  return undoPatch(live, old, judged.differences);
}

/** A copy of the object with something else at a path of keys and places. */
function changed(
  object: KubernetesObject,
  path: readonly (string | number)[],
  value: Json | undefined,
): KubernetesObject {
  const copy = structuredClone(object);
  let at: unknown = copy;
  for (const step of path.slice(0, -1)) at = into(at, step);
  const [last = ""] = path.slice(-1);
  if (value === undefined) Reflect.deleteProperty(at ?? {}, last);
  else Reflect.set(at ?? {}, last, value);
  return copy;
}

/** What the API server makes of an object with a patch; undefined if a test of it fails. */
function applied(object: JsonObject, patch: readonly PatchOperation[]): JsonObject | undefined {
  const copy: unknown = structuredClone(object);
  for (const operation of patch) {
    const parts = operation.path
      .split("/")
      .slice(1)
      .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
    let at: unknown = copy;
    for (const part of parts.slice(0, -1)) at = into(at, part);
    const [last = ""] = parts.slice(-1);
    const now = into(at, last);
    if (operation.op === "test") {
      if (JSON.stringify(now) !== JSON.stringify(operation.value)) return undefined;
    } else if (operation.op === "remove") Reflect.deleteProperty(at ?? {}, last);
    else Reflect.set(at ?? {}, last, operation.value);
  }
  return copy as JsonObject;
}

const containers = ["spec", "template", "spec", "containers"] as const;

describe("what an update cannot take back", () => {
  const cases: readonly [what: string, live: KubernetesObject][] = [
    ["an annotation, with the map that was not there", changed(before, ["metadata", "annotations"], { note: "x" })],
    ["a label with a slash and a tilde that was changed", changed(before, ["metadata", "labels", "a/b~c"], "2")],
    ["a label that was removed", changed(before, ["metadata", "labels", "a/b~c"], undefined)],
    ["an environment variable", changed(before, [...containers, 1, "env"], [{ name: "FOO", value: "bar" }])],
    ["a container", changed(before, [...containers, 2], { name: "spy", image: "spy:1" })],
    ["a container in front of the others", changed(before, containers, [{ name: "spy" }, ...list(before)])],
    ["an injected container that was removed", changed(before, [...containers], list(before).slice(1))],
    ["an argument", changed(before, [...containers, 1, "args"], ["--a", "--b", "--c"])],
    ["a default that was changed", changed(before, ["spec", "strategy", "maxSurge"], "50%")],
    ["a port among others", changed(before, [...containers, 1, "ports", 1], { containerPort: 81, protocol: "UDP" })],
  ];
  for (const [what, live] of cases) {
    it(`is ${what}`, () => {
      const patch = patchOf(live);
      const result = applied(live, patch);
      assert.ok(result !== undefined, "it does not fit the object that it was made for");
      const left = compare(normalForm(before), normalForm(result as KubernetesObject));
      assert.deepEqual(
        left.filter(({ kind }) => kind !== "moved"),
        [],
      );
      const other = { ...live, metadata: { ...live.metadata, uid: "u2" } };
      assert.equal(applied(other, patch), undefined, "it fits another object of the name");
    });
  }

  it("is not what Git sets, nor what is as it was", () => {
    assert.deepEqual(patchOf(before), []);
    assert.deepEqual(patchOf(changed(before, [...containers, 1, "image"], "web:2")), []);
  });

  it("is refused once somebody has changed it again", () => {
    const live = changed(before, [...containers, 1, "env"], [{ name: "FOO", value: "bar" }]);
    const patch = patchOf(live);
    assert.equal(applied(changed(live, [...containers, 1, "env", 0, "value"], "other"), patch), undefined);
    assert.equal(applied(changed(live, containers, list(live).toReversed()), patch), undefined, "another container");
    assert.ok(applied(changed(live, ["spec", "replicas"], 5), patch) !== undefined, "a field elsewhere is no reason");
    const gone = changed(before, ["metadata", "labels", "a/b~c"], undefined);
    const newer = changed(gone, ["metadata", "resourceVersion"], "8");
    assert.equal(applied(newer, patchOf(gone)), undefined, "nothing says that a field is absent but the version");
  });

  it("of a Secret is what was added, and no value of it is in the patch", () => {
    const asked: KubernetesObject = { apiVersion: "v1", kind: "Secret", metadata: { name: "token" }, data: { a: "x" } };
    const was = { ...asked, metadata: { name: "token", uid: "u1", resourceVersion: "3" }, data: { a: "b2xk" } };
    const live = { ...was, data: { a: "bmV3", more: "c2VjcmV0" }, metadata: { ...was.metadata, labels: { spy: "1" } } };
    const patch = patchOf(live, was, asked, "key");
    assert.deepEqual(patch.map(({ op, path }) => `${op} ${path}`).sort(), [
      "remove /data/more",
      "remove /metadata/labels",
      "test /metadata/resourceVersion",
      "test /metadata/uid",
    ]);
    for (const value of ["b2xk", "bmV3", "c2VjcmV0"]) assert.ok(!JSON.stringify(patch).includes(value));
  });
});

function list(object: KubernetesObject): readonly Json[] {
  let at: unknown = object;
  for (const step of containers) at = into(at, step);
  return at as readonly Json[];
}

function into(value: unknown, step: string | number): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, step) : undefined;
}
