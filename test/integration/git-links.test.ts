import assert from "node:assert/strict";
import { lstat, mkdir, mkdtemp, readdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { exportTree, planExport } from "../../core/git/export.ts";
import { resolveLinks } from "../../core/git/links.ts";
import { openSource } from "../../core/git/source.ts";
import type { SourceTree } from "../../core/git/tree.ts";
import { failsWith, GitRepo, type Content } from "../support/git-repo.ts";

describe("Symbolic links of a commit", () => {
  let repo: GitRepo;
  beforeEach(async () => {
    repo = await GitRepo.create();
  });
  afterEach(() => repo.remove());

  const open = async (files: Readonly<Record<string, Content>>): Promise<SourceTree> =>
    (await openSource(repo.source(await repo.commit(files)), repo.context)).tree;
  const outFolder = (): Promise<string> => mkdtemp(join(repo.root, "out-"));
  const chain = (length: number): Record<string, Content> =>
    Object.fromEntries([
      ["chain/end.yaml", "end: true\n"],
      ...Array.from({ length }, (_, index) => [
        `chain/l${index}`,
        { link: index === length - 1 ? "end.yaml" : `l${index + 1}` },
      ]),
    ]) as Record<string, Content>;

  // Case A2: the first six must fail before anything is written, the last must work.
  for (const [what, files] of [
    ["a file out of the source", { "app/link.yaml": { link: "../../../etc/passwd" } }],
    ["a folder out of the source", { "app/link": { link: "../../other" } }],
    ["an absolute path", { "app/link.yaml": { link: "/proc/self/environ" } }],
    ["nothing", { "app/link.yaml": { link: "missing.yaml" } }],
    ["itself through another", { "app/a": { link: "b" }, "app/b": { link: "a" } }],
    ["a file through eleven links", Object.fromEntries(Object.entries(chain(11)).map(([k, v]) => [`app/${k}`, v]))],
    ["its own folder", { "app/loop": { link: "." } }],
    ["a folder above it", { "app/deep/loop": { link: ".." } }],
    ["a folder through a file", { "app/link": { link: "f.yaml/x" }, "app/f.yaml": "" }],
    ["out and back in", { "app/link.yaml": { link: "../../config/app/f.yaml" }, "app/f.yaml": "" }],
    ["a name with a NUL", { "app/link.yaml": { link: "f.yaml\0x" }, "app/f.yaml": "" }],
    ["a very long target", { "app/link.yaml": { link: "./".repeat(3_000) + "f.yaml" }, "app/f.yaml": "" }],
  ] as const) {
    it(`that lead to ${what} are refused, and nothing is written`, async () => {
      const tree = await open({ ...(files as Record<string, Content>), "app/ok.yaml": "ok: true\n" });
      const folder = await outFolder();
      const error = await failsWith("SYMLINK_ESCAPE", exportTree(tree, ["app"], folder));
      assert.match(error.message, /^app\//);
      assert.doesNotMatch(error.message, /etc|proc/);
      assert.deepEqual(await readdir(folder), []);
    });
  }

  it("that stay inside become copies of what they lead to, of files and of folders", async () => {
    const tree = await open({
      "app/good.yaml": { link: "../shared/values.yaml" },
      "app/base": { link: "../shared/base" },
      "app/through.yaml": { link: "base/x.yaml" },
      "shared/values.yaml": "values: 1\n",
      "shared/base/x.yaml": "x: 1\n",
      "shared/base/run": { script: "#!/bin/sh\n" },
      ...chain(10),
    });
    const folder = await outFolder();
    const files = await exportTree(tree, ["app", "chain/l0"], folder);
    assert.deepEqual(
      files.map((file) => [file.path, file.from.path]),
      [
        ["app/base/run", "shared/base/run"],
        ["app/base/x.yaml", "shared/base/x.yaml"],
        ["app/good.yaml", "shared/values.yaml"],
        ["app/through.yaml", "shared/base/x.yaml"],
        ["chain/l0", "chain/end.yaml"],
      ],
    );
    assert.equal(await readFile(join(folder, "app/good.yaml"), "utf8"), "values: 1\n");
    assert.equal(await readFile(join(folder, "chain/l0"), "utf8"), "end: true\n");
    assert.equal((await lstat(join(folder, "app/base"))).isDirectory(), true);
    assert.equal((await lstat(join(folder, "app/base/run"))).mode & 0o100, 0o100);
    assert.equal((await lstat(join(folder, "app/good.yaml"))).mode & 0o111, 0);
  });

  it("are followed on the way to a file or folder", async () => {
    const tree = await open({
      current: { link: "releases/../releases/v2" },
      "releases/v2/app.yaml": "v: 2\n",
      "releases/latest.yaml": { link: "../current/app.yaml" },
    });
    assert.equal((await resolveLinks(tree, "current/app.yaml")).path, "releases/v2/app.yaml");
    assert.equal((await resolveLinks(tree, "releases/latest.yaml")).path, "releases/v2/app.yaml");
    assert.equal((await resolveLinks(tree, "current")).kind, "folder");
    assert.equal((await resolveLinks(tree, ".")).path, ".");
    await failsWith("PATH_NOT_FOUND", resolveLinks(tree, "releases/v3"));
    await failsWith("PATH_ESCAPE", resolveLinks(tree, "../x"));
    await failsWith("SYMLINK_ESCAPE", resolveLinks(tree, "current/missing.yaml"));
  });

  it("cannot multiply without end", async () => {
    const files: Record<string, Content> = {};
    for (let level = 0; level < 9; level++) {
      for (let fan = 0; fan < 20; fan++) files[`bomb/d${level}/l${fan}`] = { link: `../d${level + 1}` };
    }
    const tree = await open({ ...files, "bomb/d9/l": { link: "../f" }, "bomb/f": "" });
    const started = Date.now();
    const { code } = await planExport(tree, ["bomb/d0"]).then(
      () => assert.fail("it should have been refused"),
      (error: unknown) => error as { code: string },
    );
    assert.equal(code, "REPO_LIMIT");
    assert.ok(Date.now() - started < 10_000);
  });

  it("in the target folder are never written through", async () => {
    const tree = await open({ "app/x.yaml": "mine\n" });
    const [folder, outside] = [await outFolder(), await outFolder()];
    await symlink(outside, join(folder, "app"));
    await assert.rejects(exportTree(tree, ["app"], folder), { code: "EEXIST" });
    assert.deepEqual(await readdir(outside), []);

    const second = await outFolder();
    await mkdir(join(second, "app"));
    await symlink(join(outside, "target"), join(second, "app/x.yaml"));
    await assert.rejects(exportTree(tree, ["app"], second), { code: "EEXIST" });
    assert.deepEqual(await readdir(outside), []);
  });

  it("and everything else have hostile names exported as they are", async () => {
    const names = ["new\nline.yaml", 'quo"te.yaml', "ünï-文字.yaml", "-rf.yaml", "$(touch x).yaml", "back\\slash.yaml"];
    const tree = await open(Object.fromEntries(names.map((name) => [`app/${name}`, `${name}\n`])));
    const folder = await outFolder();
    await exportTree(tree, ["app"], folder);
    assert.deepEqual((await readdir(join(folder, "app"))).sort(), names.toSorted());
    for (const name of names) assert.equal(await readFile(join(folder, "app", name), "utf8"), `${name}\n`);
  });
});

describe("An export", () => {
  let repo: GitRepo;
  beforeEach(async () => {
    repo = await GitRepo.create();
  });
  afterEach(() => repo.remove());

  it("refuses submodules and LFS pointers where they are needed, and only there", async () => {
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${"0".repeat(64)}\nsize 12\n`;
    const revision = await repo.commit({
      "app/x.yaml": "x: 1\n",
      "lfs/big.yaml": pointer,
      "sub/module": { submodule: "1".repeat(40) },
      ".gitmodules": '[submodule "module"]\n  path = sub/module\n  url = https://git.example.com/x\n',
    });
    const { tree } = await openSource(repo.source(revision), repo.context);
    const folder = await mkdtemp(join(repo.root, "out-"));
    assert.match((await failsWith("LFS_UNSUPPORTED", exportTree(tree, ["lfs"], folder))).message, /^lfs\/big\.yaml/);
    assert.match((await failsWith("SUBMODULE_UNSUPPORTED", exportTree(tree, ["sub"], folder))).message, /^sub\/module/);
    await failsWith("SUBMODULE_UNSUPPORTED", resolveLinks(tree, "sub/module/x.yaml"));
    await failsWith("SUBMODULE_UNSUPPORTED", tree.read(["sub/module"]));
    assert.deepEqual(await readdir(folder), []);
    await exportTree(tree, ["app"], folder);
    assert.deepEqual(await readdir(folder), ["app"]);
  });

  it("depends on the commit alone: no attributes, filters or line endings apply", async () => {
    const text = "id: $Format:%H$ $Id$\r\nline\n";
    const revision = await repo.commit({
      ".gitattributes":
        "* text eol=crlf ident export-subst filter=evil working-tree-encoding=UTF-16\nhidden export-ignore\n",
      "x.yaml": text,
      hidden: "seen\n",
    });
    const { tree } = await openSource(repo.source(revision), repo.context);
    const folder = await mkdtemp(join(repo.root, "out-"));
    await exportTree(tree, ["."], folder);
    assert.equal(await readFile(join(folder, "x.yaml"), "utf8"), text);
    assert.equal(await readFile(join(folder, "hidden"), "utf8"), "seen\n");
  });

  it("refuses names that no file system takes, and reads nothing for it", async () => {
    const revision = await repo.commit({ [`app/${"x".repeat(256)}.yaml`]: "" });
    const { tree } = await openSource(repo.source(revision), repo.context);
    await failsWith("REPO_LIMIT", planExport(tree, ["app"]));
    await failsWith("PATH_NOT_FOUND", planExport(tree, ["nope"]));
    await failsWith("PATH_ESCAPE", planExport(tree, ["../app"]));
  });
});
