import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { DamagedMirror, parseBatch } from "../../../../core/git/cat-file.ts";
import { isLfsPointer } from "../../../../core/git/lfs.ts";
import { maxEntries, parseTree } from "../../../../core/git/ls-tree.ts";
import { TreeIndex } from "../../../../core/git/tree-index.ts";

const one = "1".repeat(40);
const two = "2".repeat(40);

describe("parseBatch", () => {
  it("splits contents that look like headers and hold any byte", () => {
    const first = Buffer.from(`${two} blob 3\nabc\n\0\xff`, "latin1");
    const output = Buffer.concat([
      Buffer.from(`${one} blob ${first.length}\n`),
      first,
      Buffer.from(`\n${two} blob 0\n\n`),
    ]);
    const contents = parseBatch(output, [one, two]);
    assert.deepEqual(contents.get(one), first);
    assert.equal(contents.get(two)?.length, 0);
  });

  for (const [what, output] of [
    ["a missing object", `${one} missing\n`],
    ["another object", `${two} blob 1\na\n`],
    ["an object that is no file", `${one} tree 1\na\n`],
    ["content that breaks off", `${one} blob 9\nabc\n`],
    ["a header that breaks off", `${one} blo`],
    ["no output", ""],
  ] as const) {
    it(`takes ${what} for a damaged mirror`, () => {
      assert.throws(() => parseBatch(Buffer.from(output), [one]), DamagedMirror);
    });
  }
});

describe("parseTree", () => {
  it("reads every kind of entry and names with any character but NUL", () => {
    const listing = [
      `040000 tree ${one}       -\tdir`,
      `100755 blob ${two}      12\tdir/run me`,
      `120000 blob ${two}       3\tlink`,
      `160000 commit ${one}       -\tmodule`,
      `100644 blob ${two} 1234567\ttab\tline\n"ü".yaml`,
    ];
    assert.deepEqual(parseTree(Buffer.from(listing.map((line) => `${line}\0`).join(""))), [
      { path: "dir", kind: "folder", id: one, size: 0 },
      { path: "dir/run me", kind: "executable", id: two, size: 12 },
      { path: "link", kind: "symlink", id: two, size: 3 },
      { path: "module", kind: "submodule", id: one, size: 0 },
      { path: 'tab\tline\n"ü".yaml', kind: "file", id: two, size: 1_234_567 },
    ]);
  });

  it("refuses more entries than it may hold", () => {
    const line = (index: number): string => `100644 blob ${one}       1\tf${index}\0`;
    const listing = Buffer.from(Array.from({ length: maxEntries + 1 }, (_, index) => line(index)).join(""));
    assert.throws(() => parseTree(listing), { code: "REPO_LIMIT", message: /100000/ });
  });

  it("refuses two names that read the same", () => {
    const listing = Buffer.concat(
      ["\xfe", "\xff"].map((name) => Buffer.from(`100644 blob ${one}       1\t${name}\0`, "latin1")),
    );
    assert.throws(() => parseTree(listing), { code: "PATH_ESCAPE" });
  });

  it("takes a missing blob and a torn listing for a damaged mirror", () => {
    assert.throws(() => parseTree(Buffer.from(`100644 blob ${one}     BAD\tf\0`)), DamagedMirror);
    assert.throws(() => parseTree(Buffer.from(`100644 blob ${one}       1\tf`)), DamagedMirror);
  });
});

describe("TreeIndex", () => {
  const file = (path: string) => ({ path, kind: "file" as const, id: two, size: 1 });
  const folder = (path: string) => ({ path, kind: "folder" as const, id: one, size: 0 });
  const entries = [file("a-b"), folder("a"), file("a.yaml"), file("a/x"), folder("a/y"), file("a/y/z"), file("a0")];
  const index = new TreeIndex(
    "3".repeat(40),
    entries.toSorted((left, right) => (left.path < right.path ? -1 : 1)),
  );

  it("lists all below a folder and nothing beside it", () => {
    assert.deepEqual(
      index.list("a").map((entry) => entry.path),
      ["a/x", "a/y", "a/y/z"],
    );
    assert.deepEqual(
      index.list("a/y").map((entry) => entry.path),
      ["a/y/z"],
    );
    assert.equal(index.list(".").length, entries.length);
  });

  it("lists nothing for a file or an unknown folder", () => {
    assert.deepEqual([...index.list("a.yaml"), ...index.list("nope")], []);
  });

  it("knows the root folder", () => {
    assert.deepEqual(index.entry("."), { path: ".", kind: "folder", id: "3".repeat(40), size: 0 });
  });
});

describe("isLfsPointer", () => {
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${"0".repeat(64)}\nsize 12\n`;
  it("knows a pointer and leaves other files alone", () => {
    assert.equal(isLfsPointer(Buffer.from(pointer)), true);
    assert.equal(isLfsPointer(Buffer.from(`# ${pointer}`)), false);
    assert.equal(isLfsPointer(Buffer.from(pointer + "x".repeat(2_000))), false);
    assert.equal(isLfsPointer(Buffer.alloc(0)), false);
  });
});
