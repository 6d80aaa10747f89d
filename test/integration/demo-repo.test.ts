import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { loadEnvironment } from "../../core/environment/load.ts";
import { makeConfigRepo } from "../../demo/config-repo.ts";

/** Literal ids: the documents in `environments/` pin them, so they must be the same on every machine. */
const commits = [
  "3e52576b4ea4337a669b8b545f0eee4f6ad2f66f",
  "9bf771715549c6bfdbc392ddacc0459df79a19f2",
  "84dfb9e59f9eba9d56f5effac0cf1a155aa7a18a",
  "63e8f47d41aa01f17e70a2de4749b8578ae40e80",
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
