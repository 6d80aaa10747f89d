import assert from "node:assert/strict";
import { readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { openSource, resolveCommit } from "../../core/git/source.ts";
import { failsWith, GitRepo } from "../support/git-repo.ts";

describe("A source", () => {
  let repo: GitRepo;
  beforeEach(async () => {
    repo = await GitRepo.create();
  });
  afterEach(() => repo.remove());

  /** Another process knows nothing of this one's memory: a new name of the cache folder stands for it. */
  const freshProcess = async (): Promise<GitRepo["context"]> => {
    const cache = join(repo.root, `cache-${Math.random()}`);
    await rename(repo.context.cache, cache);
    return { ...repo.context, cache };
  };

  it("is read at its commit, with kinds, sizes and contents", async () => {
    const revision = await repo.commit({
      "apps/shop/deployment.yaml": "kind: Deployment\n",
      "apps/shop/run.sh": { script: "#!/bin/sh\n" },
      "link.yaml": { link: "apps/shop/deployment.yaml" },
      'odd\n"näme".yaml': "odd: true\n",
      "empty.yaml": "",
    });
    const { tree, from } = await openSource(repo.source(revision), repo.context);
    assert.equal(from, "fetched");
    assert.equal(tree.revision, revision);
    assert.deepEqual(
      tree.list(".").map((entry) => `${entry.kind} ${entry.size} ${entry.path}`),
      [
        "folder 0 apps",
        "folder 0 apps/shop",
        "file 17 apps/shop/deployment.yaml",
        "executable 10 apps/shop/run.sh",
        "file 0 empty.yaml",
        "symlink 25 link.yaml",
        'file 10 odd\n"näme".yaml',
      ],
    );
    const paths = ["apps/shop/deployment.yaml", "link.yaml", "empty.yaml", 'odd\n"näme".yaml'];
    const contents = await tree.read(paths);
    assert.deepEqual(
      paths.map((path) => contents.get(path)?.toString()),
      ["kind: Deployment\n", "apps/shop/deployment.yaml", "", "odd: true\n"],
    );
    assert.equal(tree.entry(".")?.id, await repo.git(["rev-parse", `${revision}^{tree}`]));
    assert.equal(tree.entry("apps")?.id, await repo.git(["rev-parse", `${revision}:apps`]));
  });

  it("says which path is not there, is a folder, or is too large", async () => {
    const revision = await repo.commit({ "a/b.yaml": "x", "large.bin": "x".repeat((64 << 20) + 1) });
    const { tree } = await openSource(repo.source(revision), repo.context);
    await failsWith("PATH_NOT_FOUND", tree.read(["a/c.yaml"]));
    await failsWith("PATH_NOT_FOUND", tree.read(["a"]));
    const error = await failsWith("REPO_LIMIT", tree.read(["large.bin"]));
    assert.match(error.message, /^large\.bin: .*64 MiB/);
  });

  it("is opened at an older commit while the branch moves on", async () => {
    const first = await repo.commit({ "a.yaml": "1" });
    const second = await repo.commit({ "a.yaml": "2" });
    for (const [revision, content] of [
      [first, "1"],
      [second, "2"],
    ] as const) {
      const { tree } = await openSource(repo.source(revision), repo.context);
      assert.equal((await tree.read(["a.yaml"])).get("a.yaml")?.toString(), content);
    }
  });

  it("refuses a branch, a tag and a short id as its revision", async () => {
    const revision = await repo.commit({ "a.yaml": "1" });
    await repo.git(["tag", "v1", revision]);
    for (const wrong of ["main", "v1", revision.slice(0, 12), "HEAD"]) {
      const error = await failsWith("REVISION_INVALID", openSource(repo.source(wrong), repo.context));
      assert.match(error.message, new RegExp(`\`git rev-parse ${wrong}\``));
    }
  });

  it("finds a commit that no branch holds any more, by its id", async () => {
    const lost = await repo.commit({ "a.yaml": "lost" });
    await repo.git(["update-ref", "-d", "refs/heads/main"]);
    await repo.commit({ "a.yaml": "kept" });
    const { tree, from } = await openSource(repo.source(lost), repo.context);
    assert.equal(from, "fetched");
    assert.equal((await tree.read(["a.yaml"])).get("a.yaml")?.toString(), "lost");
  });

  it("still opens a commit that was cached before a forced push and a gc removed it", async () => {
    const first = await repo.commit({ "a.yaml": "first" });
    await openSource(repo.source(first), repo.context);
    await repo.git(["update-ref", "-d", "refs/heads/main"]);
    await repo.commit({ "a.yaml": "second" });
    await repo.git(["gc", "--quiet", "--prune=now"]);
    const { tree, from } = await openSource(repo.source(first), await freshProcess());
    assert.equal(from, "cache");
    assert.equal((await tree.read(["a.yaml"])).get("a.yaml")?.toString(), "first");
  });

  it("opens from the cache while the repository cannot be reached, and says so", async () => {
    const revision = await repo.commit({ "a.yaml": "1" });
    await openSource(repo.source(revision), repo.context);
    await rename(repo.folder, `${repo.folder}.away`);
    const context = await freshProcess();
    const { from, tree } = await openSource(repo.source(revision), context);
    assert.equal(from, "cache");
    assert.equal((await tree.read(["a.yaml"])).size, 1);
    const error = await failsWith("GIT_UNREACHABLE", openSource(repo.source("1".repeat(40)), context));
    assert.equal(error.kind, "transient");
    assert.match(error.message, /config\.git/);
  });

  it("says that a server refuses the connection", async () => {
    for (const address of ["https://127.0.0.1:1/config.git", "ssh://git@127.0.0.1:1/config.git"]) {
      const source = { ...repo.source("1".repeat(40)), repo: address, local: false };
      const error = await failsWith("GIT_UNREACHABLE", openSource(source, repo.context));
      assert.match(error.message, /refused|connect|ssh/i);
      assert.match(error.message, /127\.0\.0\.1/);
    }
  });

  it("says that the repository has no such commit, and no other kind of object", async () => {
    const revision = await repo.commit({ "a.yaml": "1" });
    const error = await failsWith("COMMIT_NOT_FOUND", openSource(repo.source("1".repeat(40)), repo.context));
    assert.match(error.message, /1{40}.*\n.*pushed/);

    await repo.git(["tag", "-a", "-m", "tag", "v1", revision]);
    for (const [expression, type] of [
      ["v1", "tag"],
      [`${revision}^{tree}`, "tree"],
      [`${revision}:a.yaml`, "blob"],
    ] as const) {
      const id = await repo.git(["rev-parse", expression]);
      const wrong = await failsWith("COMMIT_NOT_FOUND", openSource(repo.source(id), repo.context));
      assert.match(wrong.message, new RegExp(type));
    }
  });

  it("is fetched once for all that open it at the same time", async () => {
    const revision = await repo.commit({ "a.yaml": "1" });
    const opened = await Promise.all(Array.from({ length: 20 }, () => openSource(repo.source(revision), repo.context)));
    assert.equal(new Set(opened.map(({ tree }) => tree)).size, 1);
    assert.equal((await openSource(repo.source(revision), repo.context)).from, "cache");
    const packs = await readdir(join(repo.context.cache, "git"), { recursive: true });
    assert.equal(packs.filter((file) => file.endsWith(".pack")).length, 1);
  });

  it("is listed once while a program runs", async () => {
    const revision = await repo.commit({ "a.yaml": "1" });
    await openSource(repo.source(revision), repo.context);
    await rm(repo.context.cache, { recursive: true });
    const { tree, from } = await openSource(repo.source(revision), repo.context);
    assert.equal(from, "cache");
    assert.equal(tree.list(".").length, 1);
    // Its content is fetched again when the mirror turns out to be gone.
    assert.equal((await tree.read(["a.yaml"])).get("a.yaml")?.toString(), "1");
  });

  it("stops when it is told to", async () => {
    const revision = await repo.commit({ "a.yaml": "1" });
    const context = { ...repo.context, signal: AbortSignal.abort() };
    await failsWith("INTERRUPTED", openSource(repo.source(revision), context));
  });

  it("is refused where git is missing or too old", async () => {
    const source = repo.source("1".repeat(40));
    const context = { ...repo.context, env: { PATH: join(repo.root, "nothing") } };
    await failsWith("TOOL_MISSING", openSource(source, context));
  });
});

describe("Resolving a commit", () => {
  let repo: GitRepo;
  beforeEach(async () => {
    repo = await GitRepo.create();
  });
  afterEach(() => repo.remove());

  it("tells where a branch is, and has the commit in the cache after", async () => {
    await repo.commit({ "a.yaml": "1" });
    const revision = await repo.commit({ "a.yaml": "2" });
    await repo.commit({ "a.yaml": "3" }, "refs/heads/other/refs/heads/main");
    const resolved = await resolveCommit(repo.source("1".repeat(40)), { branch: "main" }, repo.context);
    assert.deepEqual(resolved, {
      revision,
      subject: "Commit 2",
      date: "2023-11-14T22:13:22+00:00",
      author: "Test",
    });
    assert.equal((await openSource(repo.source(revision), repo.context)).from, "cache");
  });

  it("sees a branch move", async () => {
    const source = repo.source("1".repeat(40));
    const first = await repo.commit({ "a.yaml": "1" });
    assert.equal((await resolveCommit(source, { branch: "main" }, repo.context)).revision, first);
    const second = await repo.commit({ "a.yaml": "2" });
    assert.equal((await resolveCommit(source, { branch: "main" }, repo.context)).revision, second);
  });

  it("names the branches that come closest to an unknown one", async () => {
    await repo.commit({ "a.yaml": "1" }, "refs/heads/production");
    await repo.commit({ "a.yaml": "1" }, "refs/heads/main");
    const unknown = resolveCommit(repo.source("1".repeat(40)), { branch: "prodution" }, repo.context);
    assert.match((await failsWith("REF_NOT_FOUND", unknown)).message, /closest: "production", "main"/);
  });

  it("says that a repository has no branches", async () => {
    const unknown = resolveCommit(repo.source("1".repeat(40)), { branch: "main" }, repo.context);
    assert.match((await failsWith("REF_NOT_FOUND", unknown)).message, /no branches/);
  });

  it("makes sure that a given commit exists, and takes full ids only", async () => {
    const source = repo.source("1".repeat(40));
    const revision = await repo.commit({ "a.yaml": "1" });
    assert.equal((await resolveCommit(source, { revision }, repo.context)).subject, "Commit 1");
    await failsWith("REVISION_INVALID", resolveCommit(source, { revision: revision.slice(0, 10) }, repo.context));
    await failsWith("COMMIT_NOT_FOUND", resolveCommit(source, { revision: "2".repeat(40) }, repo.context));
  });
});
