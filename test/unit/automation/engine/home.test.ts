import assert from "node:assert/strict";
import { lstat, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { engineHome } from "../../../../automation/engine/home.ts";

describe("the engine's home", () => {
  let folder: string;
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "driftless-home-"))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("has no folder for logs", async () => {
    const home = await engineHome(join(folder, "cache"), { HOME: folder });
    assert.ok((await lstat(join(home, "logs"))).isFile());
    await assert.rejects(mkdir(join(home, "logs"), { recursive: true }), { code: "EEXIST" });
  });

  it("finds the plugins and the credentials of the user", async () => {
    await mkdir(join(folder, ".pulumi", "plugins", "resource-x"), { recursive: true });
    await writeFile(join(folder, ".pulumi", "credentials.json"), "{}");
    const home = await engineHome(join(folder, "cache"), { HOME: folder });
    assert.ok((await lstat(join(home, "plugins", "resource-x"))).isDirectory());
    assert.equal(await readFile(join(home, "credentials.json"), "utf8"), "{}");
  });

  it("follows PULUMI_HOME, and a home that has changed", async () => {
    const cache = join(folder, "cache");
    await engineHome(cache, { HOME: folder });
    const other = join(folder, "other");
    await mkdir(other);
    await writeFile(join(other, "credentials.json"), "other");
    const home = await engineHome(cache, { HOME: folder, PULUMI_HOME: other });
    assert.equal(await readFile(join(home, "credentials.json"), "utf8"), "other");
  });

  it("keeps what it shares in a shell that uses it as its own", async () => {
    await mkdir(join(folder, ".pulumi", "plugins", "resource-x"), { recursive: true });
    const cache = join(folder, "cache");
    const home = await engineHome(cache, { HOME: folder });
    assert.equal(await engineHome(cache, { HOME: folder, PULUMI_HOME: `${home}/` }), home);
    assert.ok((await lstat(join(home, "plugins", "resource-x"))).isDirectory());
  });

  it("may be made by several runs at once", async () => {
    const homes = await Promise.all(
      Array.from({ length: 8 }, () => engineHome(join(folder, "cache"), { HOME: folder })),
    );
    assert.equal(new Set(homes).size, 1);
  });
});
