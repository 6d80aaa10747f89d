import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { restoredFolder, restoredImages } from "../../../../core/rollback/restored-files.ts";
import { memoryTree } from "../../../support/memory-tree.ts";

describe("Restoring a folder", () => {
  it("writes what differs, removes what is new, and leaves every other file", async () => {
    const at = memoryTree({ "web/a": "2", "web/new": "x", "web/same": "s", "webshop/a": "2", "till/a": "2" });
    const from = memoryTree({ "web/a": "1", "web/gone/b": "1", "web/same": "s", "webshop/a": "1", "till/a": "1" });
    const files = [...(await restoredFolder("web", at, from))].map(([path, text]) => [path, text?.toString() ?? null]);
    assert.deepEqual(files, [
      ["web/a", "1"],
      ["web/gone/b", "1"],
      ["web/new", null],
    ]);
  });

  it("refuses links that differ, and leaves those that do not", async () => {
    const link = { "web/link": { link: "a" } };
    assert.equal((await restoredFolder("web", memoryTree(link), memoryTree(link))).size, 0);
    await assert.rejects(restoredFolder("web", memoryTree(link), memoryTree({})), /ROLLBACK_CONFLICT .*web\/link/);
    await assert.rejects(restoredFolder("web", memoryTree({}), memoryTree(link)), /ROLLBACK_CONFLICT/);
  });
});

describe("Restoring image tags", () => {
  const text = (web: string, till: string): string =>
    `# tags of dev\nimages:\n  web: { tag: "${web}" } # 'twas\n  till: { tag: "${till}" }\n`;
  const restore = (names: readonly string[], now: string, then: string) =>
    restoredImages("images.yaml", new Set(names), {
      at: memoryTree({ "images.yaml": now }),
      from: memoryTree({ "images.yaml": then }),
    });

  it("changes those that are meant and no other byte", async () => {
    assert.equal(await restore(["web"], text("2", "2"), text("1", "1")), text("1", "2"));
  });

  it("takes out what was not there", async () => {
    const then = '# tags of dev\nimages:\n  till: { tag: "1" }\n';
    assert.equal(await restore(["web"], text("2", "2"), then), '# tags of dev\nimages:\n  till: { tag: "2" }\n');
  });

  it("is nothing where they are the same, or there is no such file", async () => {
    assert.equal(await restore(["web"], text("1", "2"), text("1", "1")), undefined);
    const at = memoryTree({});
    assert.equal(await restoredImages("images.yaml", new Set(["web"]), { at, from: at }), undefined);
  });
});
