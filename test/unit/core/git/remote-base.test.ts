import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { MountedTree } from "../../../../core/git/mounted-tree.ts";
import { mountOf, resolveRemote } from "../../../../core/git/remote-base.ts";
import { DriftlessError } from "../../../../core/errors/error.ts";
import { memoryTree } from "../../../support/memory-tree.ts";

const revision = "4f6c1de2b8a07359c1f0a9e4d37b5826a1c09f3e";
const base = mountOf({ repo: "https://github.com/acme/bases.git", revision });
const folder = ".driftless-remote/github.com/acme/bases@4f6c1de2b8a0";

const refuses = (code: string, action: () => unknown): void =>
  assert.throws(action, (error) => error instanceof DriftlessError && error.code === code);

describe("a remote base", () => {
  for (const [written, path] of [
    [`https://github.com/acme/bases?ref=${revision}`, folder],
    [`https://github.com/acme/bases//web?ref=${revision}`, `${folder}/web`],
    [`https://github.com/acme/bases.git//web/prod?ref=${revision}&timeout=90s`, `${folder}/web/prod`],
    [`https://GitHub.com/acme/bases/web/?ref=${revision}`, `${folder}/web`],
    [`github.com/acme/bases/web?ref=${revision}`, `${folder}/web`],
    [`git@github.com:acme/bases.git//web?version=${revision}`, `${folder}/web`],
    [`ssh://git@github.com/acme/bases//web?ref=${revision}`, `${folder}/web`],
    [`git::https://github.com/acme/bases//web?ref=${revision}`, `${folder}/web`],
  ] as const) {
    it(`is found as ${written.replace(revision, "<commit>")}`, () =>
      assert.equal(resolveRemote(written, [base]), path));
  }

  it("is one at its port, and at another address when the commit is another", () => {
    const other = mountOf({ repo: "https://git.example.com:8443/bases", revision: "a".repeat(40) });
    const written = `https://git.example.com:8443/bases//x?ref=${"a".repeat(40)}`;
    assert.equal(resolveRemote(written, [base, other]), `${other.folder}/x`);
    assert.notEqual(mountOf({ ...base, revision: "b".repeat(40) }).folder, base.folder);
  });

  it("is refused unless repository and commit are listed", () => {
    for (const written of [
      "https://github.com/acme/bases//web?ref=main",
      "https://github.com/acme/bases//web?ref=4f6c1de",
      "https://github.com/acme/bases//web",
      `https://github.com/acme/basesx//web?ref=${revision}`,
      `https://github.com/acme/base?ref=${revision}`,
      `https://github.com.evil.example/acme/bases?ref=${revision}`,
      `https://evil.example/github.com/acme/bases?ref=${revision}`,
      `https://evil.example/?x=github.com/acme/bases&ref=${revision}`,
    ]) {
      refuses("REMOTE_BASE_DENIED", () => resolveRemote(written, [base]));
      refuses("REMOTE_BASE_DENIED", () => resolveRemote(written, []));
    }
    refuses("PATH_ESCAPE", () => resolveRemote(`https://github.com/acme/bases//../../x?ref=${revision}`, [base]));
  });
});

describe("a tree with remote bases", () => {
  const tree = new MountedTree(memoryTree({ "app/a.yaml": "a: 1\n" }), [
    { ...base, tree: memoryTree({ "web/b.yaml": "b: 2\n" }) },
  ]);

  it("shows their files below folders of their own, beside its own", async () => {
    assert.equal(tree.entry("app/a.yaml")?.kind, "file");
    assert.equal(tree.entry(`${folder}/web/b.yaml`)?.path, `${folder}/web/b.yaml`);
    assert.equal(tree.entry(folder)?.kind, "folder");
    assert.equal(tree.entry(".driftless-remote")?.kind, "folder");
    assert.equal(tree.entry(`${folder}/app/a.yaml`), undefined);
    assert.deepEqual(
      tree.list(".").map(({ path }) => path),
      ["app", "app/a.yaml", `${folder}/web`, `${folder}/web/b.yaml`],
    );
    assert.deepEqual(
      tree.list(`${folder}/web`).map(({ path }) => path),
      [`${folder}/web/b.yaml`],
    );
    const contents = await tree.read([`${folder}/web/b.yaml`, "app/a.yaml"]);
    assert.equal(contents.get(`${folder}/web/b.yaml`)?.toString(), "b: 2\n");
    assert.equal(contents.get("app/a.yaml")?.toString(), "a: 1\n");
  });
});
