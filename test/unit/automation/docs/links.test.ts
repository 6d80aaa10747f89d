import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, it } from "mocha";
import { pages } from "./pages.ts";

describe("links of the documentation", () => {
  it("lead to files and headings that exist", async () => {
    const all = await pages();
    const anchors = new Map(all.map(({ path, text }) => [path, anchorsOf(text)]));
    const broken: string[] = [];
    let links = 0;
    for (const { path, text } of all) {
      for (const [, target = ""] of withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^[a-z]+:/.test(target)) continue;
        links += 1;
        const [file = "", anchor] = target.split("#", 2);
        const to = file === "" ? path : normalize(join(dirname(path), file));
        if (!existsSync(to)) broken.push(`${path}: ${target}`);
        else if (anchor !== undefined && anchors.get(to)?.has(anchor) === false) broken.push(`${path}: ${target}`);
      }
    }
    assert.ok(links > 100, `only ${links} links were found`);
    assert.deepEqual(broken, []);
  });
});

function withoutCode(text: string): string {
  return text.replace(/^ *```[^]*?^ *```/gm, "").replace(/`[^`\n]*`/g, "");
}

/** What forges make of headings: lower case, no punctuation, a hyphen for each space; a number where it is there already. */
function anchorsOf(text: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [, heading = ""] of text.replace(/^ *```[^]*?^ *```/gm, "").matchAll(/^#{1,6} +(.+)$/gm)) {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const slug = plain.replace(/[^\p{L}\p{N}\p{M}_ -]/gu, "").replaceAll(" ", "-");
    let anchor = slug;
    for (let count = 1; found.has(anchor); count += 1) anchor = `${slug}-${count}`;
    found.add(anchor);
  }
  return found;
}
