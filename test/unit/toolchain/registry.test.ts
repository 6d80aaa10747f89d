import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "mocha";
import { buildId, recipeFolder } from "../../../toolchain/find/cache.ts";
import { partOf, toolNames } from "../../../toolchain/registry.ts";

describe("the registry of tools", () => {
  it("knows a way to get every tool", () => {
    const helpless = toolNames.filter((name) => {
      const { recipe, memberOf, locate } = partOf(name);
      return recipe === undefined && memberOf === undefined && locate === undefined;
    });
    assert.deepEqual(helpless, []);
  });

  for (const name of toolNames) {
    const part = partOf(name);
    const { recipe } = part;
    if (recipe === undefined) continue;

    it(`builds ${name} from a recipe that fixes its package and version`, async () => {
      const goMod = await readFile(join(recipeFolder(recipe), "go.mod"), "utf8");
      if (recipe.package === ".") await readFile(join(recipeFolder(recipe), "main.go"));
      else assert.match(goMod, new RegExp(`^tool ${recipe.package.replaceAll(".", "\\.")}$`, "m"));
      for (const { module } of recipe.files ?? []) assert.ok(goMod.includes(`${module} v`), module);
    });

    it(`gives ${name} another folder in the cache when its recipe changes, but not when only the estimate does`, async () => {
      const id = await buildId(name, part, recipe);
      assert.match(id, new RegExp(`^${name}-${part.version.replaceAll(".", "\\.")}-[0-9a-f]{12}$`));
      assert.equal(await buildId(name, part, { ...recipe, seconds: 1 }), id);
      assert.notEqual(await buildId(name, part, { ...recipe, set: ["main.other=1"] }), id);
    });
  }
});
