import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { parseManifests } from "../../../../core/manifest/parse.ts";

const hook = (generateName: string, event: string, kind = "Job", more = "") =>
  `apiVersion: batch/v1\nkind: ${kind}\nmetadata:\n  generateName: ${generateName}\n  annotations:\n    argocd.argoproj.io/hook: ${event}\n${more}`;

const names = (...documents: string[]) =>
  parseManifests(documents.join("---\n"), "f").manifests.map(({ object }) => object.metadata);

describe("a hook without a name", () => {
  it("has the same name on each run, whatever else changes in it", () => {
    const [first] = names(hook("migrate-", "PreSync"));
    assert.match(first?.name ?? "", /^migrate-[0-9a-f]{8}$/);
    assert.ok(!("generateName" in (first ?? {})));
    const [, again] = names(
      "apiVersion: v1\nkind: Pod\nmetadata: { name: a }\n",
      hook("migrate-", "PreSync", "Job", "spec: {}\n"),
    );
    assert.equal(again?.name, first?.name);
  });

  it("has another name than one of another kind, phase or beginning", () => {
    const all = names(
      hook("migrate-", "PreSync"),
      hook("migrate-", "PostSync"),
      hook("migrate-", "PreSync", "CronJob"),
      hook("other-", "PreSync"),
    );
    assert.equal(new Set(all.map(({ name }) => name)).size, 4);
  });

  it("has a name that fits into a label", () => {
    assert.equal(names(hook("a".repeat(100), "PreSync"))[0]?.name.length, 63);
  });

  it("is refused like any other object where the beginning is no name", () => {
    const { findings } = parseManifests(hook("Migrate_", "PreSync"), "f");
    assert.deepEqual(
      findings.map(({ code, place }) => [code, place?.field]),
      [["NAME_INVALID", "metadata.name"]],
    );
  });
});
