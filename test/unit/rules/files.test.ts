import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { describe, it } from "mocha";
import { projectFiles } from "./project-files.ts";

const maxLines = 400;

/** The only files that may read the process's arguments, environment or working directory, or end it. */
const entryFiles = [
  /^bin\//,
  /^automation\/(main|process-io|schema|reference)\.ts$/,
  /^stacks\/index\.ts$/,
  /^(demo|bench)\/main\.ts$/,
  /^bench\/drift\/usage-hook\.ts$/,
  /^(policies\/credentials|core\/(api-lifecycle|schema\/kubernetes))\/generate\.ts$/,
  /^toolchain\/language-host\//,
  /^test\//,
];

const files = (await projectFiles()).filter((file) => existsSync(file));
const sources = files.filter((file) => /\.(ts|js)$/.test(file));

/** Lines of the given files that match, as `file:line`. */
async function occurrences(among: readonly string[], pattern: RegExp): Promise<readonly string[]> {
  const found = await Promise.all(
    among.map(async (file) => {
      const lines = (await readFile(file, "utf8")).split("\n");
      return lines.flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}`] : []));
    }),
  );
  return found.flat();
}

describe("file rules", () => {
  it(`no source file passes ${maxLines} lines`, async () => {
    const long: string[] = [];
    for (const file of sources.filter((source) => !source.startsWith("test/"))) {
      const lines = (await readFile(file, "utf8")).split("\n").length - 1;
      if (lines > maxLines) long.push(`${file}: ${lines}`);
    }
    assert.deepEqual(long, []);
  });

  it("only entry files read the environment, the arguments or the working directory", async () => {
    const inner = sources.filter((file) => !entryFiles.some((entry) => entry.test(file)));
    assert.deepEqual(await occurrences(inner, /\bprocess\.(env|argv|cwd|exit|exitCode|stdout|stderr|stdin)\b/), []);
  });

  it("no check is switched off and no type is thrown away", async () => {
    const pattern = new RegExp(
      ["@ts-" + "(ignore|nocheck|expect-error)", "eslint-" + "disable", "\\bas " + "any\\b"].join("|"),
    );
    assert.deepEqual(await occurrences(sources, pattern), []);
  });

  it("no test is the only one or left out for good", async () => {
    const pattern = /\b(describe|it)\.(only|skip)\(/;
    assert.deepEqual(await occurrences(sources, pattern), []);
  });

  it("no tracked file names this machine's home folder or a package registry", async () => {
    const home = homedir().replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    const registries = ["registry\\.npmjs", "proxy\\.golang", "pypi\\.org", "deb\\.debian"].join("|");
    const texts = files.filter((file) => !/\.(png|gz|tgz)$/.test(file) && file !== "test/unit/rules/files.test.ts");
    assert.deepEqual(await occurrences(texts, new RegExp(`${home}/|${registries}`)), []);
  });
});
