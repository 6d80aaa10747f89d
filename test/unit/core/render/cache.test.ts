import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import type { Rendering } from "../../../../core/render/renderer.ts";
import { cacheKey, evict, readCached, writeCached } from "../../../../core/render/cache.ts";

describe("the cache of rendered manifests", () => {
  let cache = "";
  const key = cacheKey(["x"]);
  const manifests: Rendering = {
    warnings: [],
    manifests: [
      { object: { apiVersion: "v1", kind: "Pod", metadata: { name: "é" } }, origin: { path: "a.yaml", line: 1 } },
    ],
  };
  beforeEach(async () => {
    cache = await mkdtemp(join(tmpdir(), "driftless-cache-"));
  });
  afterEach(() => rm(cache, { recursive: true, force: true }));

  it("gives back what was put in, and nobody else may read it", async () => {
    assert.equal(await readCached(cache, key), undefined);
    await writeCached(cache, key, manifests);
    assert.deepEqual(await readCached(cache, key), manifests);
    assert.equal((await stat(join(cache, "render", `${key}.json`))).mode & 0o077, 0);
  });

  for (const text of ["", "[]", "\n[]", '0123\n[{"object":1}]'])
    it(`takes ${JSON.stringify(text)} for a miss`, async () => {
      await mkdir(join(cache, "render"));
      await writeFile(join(cache, "render", `${key}.json`), text);
      assert.equal(await readCached(cache, key), undefined);
    });

  it("leaves one whole file where many write at once", async () => {
    await Promise.all(Array.from({ length: 20 }, () => writeCached(cache, key, manifests)));
    assert.deepEqual(await readdir(join(cache, "render")), [`${key}.json`]);
    assert.deepEqual(await readCached(cache, key), manifests);
  });

  it("removes the oldest files until the rest fits", async () => {
    for (const [index, name] of ["old", "middle", "new"].entries()) {
      await writeFile(join(cache, name), "0123456789");
      await utimes(join(cache, name), index, index);
    }
    await evict(cache, 20);
    assert.deepEqual((await readdir(cache)).sort(), ["middle", "new"]);
  });

  it("has another key when any part differs", () => {
    const keys = [["a", "b"], ["ab"], ["a", ["b"]], ["b", "a"], []].map(cacheKey);
    assert.equal(new Set(keys).size, keys.length);
  });
});
