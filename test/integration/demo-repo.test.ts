import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { loadEnvironment } from "../../core/environment/load.ts";
import { makeConfigRepo } from "../../demo/config-repo.ts";

/** Literal ids: the documents in `environments/` pin them, so they must be the same on every machine. */
const commits = [
  "762c0c874ea2789f08f291f4c796cf708b01570b",
  "5d277f9a9d9e01a73bc7f445a098b4b83de93125",
  "95f7b869c7658cc5250d3f1c6c3856bfef6b0c3d",
];

describe("the demo's config repository", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "driftless-test-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("has the same commit ids whenever and wherever it is made", async () => {
    const path = process.env["PATH"] ?? "";
    assert.deepEqual(await makeConfigRepo(join(folder, "config.git"), path), commits);
  });

  for (const environment of ["dev", "staging"]) {
    it(`is pinned at one of its commits by ${environment}`, async () => {
      const { spec } = await loadEnvironment(process.cwd(), environment);
      assert.ok(commits.includes(spec.source.revision), spec.source.revision);
    });
  }
});
