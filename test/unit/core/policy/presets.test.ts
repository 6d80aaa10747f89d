import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "mocha";
import { DriftlessError } from "../../../../core/errors/error.ts";
import { parsePreset, readPresetFiles } from "../../../../core/policy/presets.ts";

describe("the presets of a pack", () => {
  it("are the YAML files of its folder, by name", async () => {
    const folder = await mkdtemp(join(tmpdir(), "driftless-"));
    try {
      assert.deepEqual(await readPresetFiles(folder, "policies"), new Map());
      await mkdir(join(folder, "presets"));
      await writeFile(join(folder, "presets/b.yaml"), "tags: { size: 1 }\n");
      await writeFile(join(folder, "presets/a.yaml"), "tags: advisory\n");
      await writeFile(join(folder, "presets/README.md"), "no preset\n");
      assert.deepEqual(
        [...(await readPresetFiles(folder, "policies"))],
        [
          ["a", { tags: "advisory" }],
          ["b", { tags: { size: 1 } }],
        ],
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("are refused with file and line if they are no YAML, and if a rule stands twice", () => {
    for (const text of ["a: [", "a: mandatory\na: advisory\n", "- a\n"]) {
      assert.throws(
        () => parsePreset(text, "policies/presets/a.yaml"),
        (error) => {
          assert.ok(error instanceof DriftlessError);
          assert.equal(error.findings[0].place?.file, "policies/presets/a.yaml");
          assert.ok((error.findings[0].place.line ?? 0) > 0);
          return true;
        },
        text,
      );
    }
  });
});
