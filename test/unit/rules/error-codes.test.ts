import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { describe, it } from "mocha";
import { errorCodes } from "../../../core/errors/codes.ts";
import { projectFiles } from "./project-files.ts";

const list = "core/errors/codes.ts";
const product = /^(automation|bin|components|core|demo|live|policies|stacks|toolchain)\/.*\.(ts|js)$/;

describe("error codes", () => {
  it("are all used somewhere in the product", async () => {
    const files = (await projectFiles()).filter((file) => product.test(file) && file !== list && existsSync(file));
    const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
    const used = new Set(texts.flatMap((text) => [...text.matchAll(/"([A-Z][A-Z_]+)"/g)].map(([, code]) => code)));
    assert.deepEqual(
      Object.keys(errorCodes).filter((code) => !used.has(code)),
      [],
    );
  });
});
