import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { DriftlessError } from "../../core/errors/error.ts";
import { openSource, resolveCommit, type SourceContext } from "../../core/git/source.ts";
import { failsWith, GitRepo } from "../support/git-repo.ts";

const anyId = "1".repeat(40);

describe("A hostile address, branch or revision", () => {
  let repo: GitRepo;
  let context: SourceContext;
  beforeEach(async () => {
    repo = await GitRepo.create();
    await repo.commit({ "a.yaml": "1" });
    // A git that tells that it was started, in front of the real one.
    const folder = join(repo.root, "bin");
    await mkdir(folder);
    const script = `#!/bin/sh\necho started >> "${repo.root}/started"\nPATH="\${PATH#*:}" exec git "$@"\n`;
    await writeFile(join(folder, "git"), script, { mode: 0o755 });
    const path = [folder, repo.context.env["PATH"] ?? ""].join(delimiter);
    context = { ...repo.context, env: { ...repo.context.env, PATH: path } };
  });
  afterEach(() => repo.remove());

  const wasStarted = (): boolean => existsSync(join(repo.root, "started"));

  it("would be noticed by this test if it started git", async () => {
    await resolveCommit(repo.source(anyId), { branch: "main" }, context);
    assert.equal(wasStarted(), true);
  });

  // Cases A7 and M7.
  for (const text of [
    "--upload-pack=touch marker",
    "-u touch marker",
    "--exec=touch marker",
    "--output=marker",
    "-cPROTOCOL.ALLOW=always",
    "-c core.sshCommand=touch",
    "--template=marker",
    "--config-env=core.fsmonitor=HOME",
    "ref\n--upload-pack=touch marker",
    "a..b",
    "@{-1}",
    "x^{/re}",
  ]) {
    it(`${JSON.stringify(text)} is refused before git is started`, async () => {
      const source = repo.source(anyId);
      await failsWith("GIT_REF_INVALID", resolveCommit(source, { branch: text }, context));
      await failsWith("REVISION_INVALID", resolveCommit(source, { revision: text }, context));
      await failsWith("REVISION_INVALID", openSource({ ...source, revision: text }, context));
      const { code } = await openSource({ ...source, repo: text, local: false }, context).then(
        () => assert.fail("it was accepted"),
        (error: unknown) => (error instanceof DriftlessError ? error : assert.fail(String(error))),
      );
      assert.match(code, /^GIT_URL_(INVALID|DENIED)$/);
      if (/^-|\n/.test(text)) await failsWith("GIT_URL_INVALID", openSource({ ...source, repo: text }, context));
      assert.equal(wasStarted(), false);
      // Where local paths are allowed the others are odd names of folders that do not exist, and nothing else.
      if (!/^-|\n/.test(text)) await failsWith("GIT_UNREACHABLE", openSource({ ...source, repo: text }, context));
      assert.equal(existsSync("marker"), false);
      assert.equal((await readdir(repo.root, { recursive: true })).includes("marker"), false);
    });
  }

  // Case A8.
  for (const address of [
    "ext::sh -c touch% marker",
    "ext::sh",
    "fd::17",
    "file:///srv/config.git",
    "/srv/config.git",
    "../config.git",
    "git://127.0.0.1/config.git",
    "http://127.0.0.1/config.git",
    "ssh://-oProxyCommand=touch-marker/config.git",
    "https:///nohost",
  ]) {
    it(`the transport of ${address} is denied before git is started`, async () => {
      const attempt = openSource({ ...repo.source(anyId), repo: address, local: false }, context);
      const error = await failsWith(address.includes(" ") ? "GIT_URL_INVALID" : "GIT_URL_DENIED", attempt);
      assert.match(error.message, /https/);
      assert.equal(wasStarted(), false);
    });
  }
});

describe("A hostile repository", () => {
  let repo: GitRepo;
  beforeEach(async () => {
    repo = await GitRepo.create();
  });
  afterEach(() => repo.remove());

  it("cannot put another object in the place of a commit", async () => {
    const revision = await repo.commit({ "a.yaml": "good" });
    const evil = await repo.commit({ "a.yaml": "evil" }, "refs/heads/evil");
    await openSource(repo.source(revision), repo.context);
    const [mirror = ""] = await readdir(join(repo.context.cache, "git"));
    await openSource(repo.source(evil), repo.context);
    await repo.git(["--git-dir", join(repo.context.cache, "git", mirror), "replace", "-f", revision, evil]);
    await repo.git(["replace", "-f", revision, evil]);
    // A new name of the cache stands for a new process, which remembers no listing.
    const cache = join(repo.root, "cache-moved");
    await rename(repo.context.cache, cache);
    const context = { ...repo.context, cache };
    const { tree, from } = await openSource(repo.source(revision), context);
    assert.equal(from, "cache");
    assert.equal((await tree.read(["a.yaml"])).get("a.yaml")?.toString(), "good");
    const resolved = await resolveCommit(repo.source(anyId), { revision }, context);
    assert.equal(resolved.subject, "Commit 1");
  });

  it("and a hostile mirror run nothing: no hook, monitor, filter or pager", async () => {
    const revision = await repo.commit({ "a.yaml": "1", ".gitattributes": "* filter=evil diff=evil\n" });
    await openSource(repo.source(revision), repo.context);
    const [name = ""] = await readdir(join(repo.context.cache, "git"));
    const mirror = join(repo.context.cache, "git", name);
    const evil = join(repo.root, "evil");
    await writeFile(evil, `#!/bin/sh\ntouch "${repo.root}/marker"\n`, { mode: 0o755 });
    await mkdir(join(mirror, "hooks"));
    for (const hook of ["reference-transaction", "post-update", "pre-auto-gc", "post-checkout"]) {
      await writeFile(join(mirror, "hooks", hook), `#!/bin/sh\ntouch "${repo.root}/marker"\n`, { mode: 0o755 });
    }
    await writeFile(
      join(mirror, "config"),
      `${await readFile(join(mirror, "config"), "utf8")}
[core]
  fsmonitor = ${evil}
  pager = ${evil}
  hooksPath = ${join(mirror, "hooks")}
  sshCommand = ${evil}
  alternateRefsCommand = ${evil}
[filter "evil"]
  smudge = ${evil}
  clean = ${evil}
[gc]
  auto = 1
`,
    );
    const next = await repo.commit({ "a.yaml": "2" });
    const { tree, from } = await openSource(repo.source(next), repo.context);
    assert.equal(from, "fetched");
    assert.equal((await tree.read(["a.yaml"])).get("a.yaml")?.toString(), "2");
    await resolveCommit(repo.source(anyId), { branch: "main" }, repo.context);
    assert.equal(existsSync(join(repo.root, "marker")), false);
  });

  it("cannot smuggle a path out of its tree", async () => {
    const blob = await repo.git(["hash-object", "-w", "--stdin"], "x");
    for (const name of ["..", ".git", "."]) {
      const inner = await repo.git(["mktree"], `100644 blob ${blob}\tx\n`);
      const tree = await writeTree(repo, `40000 ${name}\0`, inner);
      const revision = await repo.git(["commit-tree", "-m", "evil", tree]);
      await repo.git(["update-ref", `refs/heads/evil-${revision}`, revision]);
      const error = await failsWith("TOOL_FAILED", openSource(repo.source(revision), repo.context));
      assert.match(error.message, /git refused what config\.git sent/);
    }
  });

  it("with more entries than the limit is refused", async () => {
    const blob = await repo.git(["hash-object", "-w", "--stdin"], "x");
    const wide = await repo.git(
      ["mktree"],
      Array.from({ length: 400 }, (_, index) => `100644 blob ${blob}\tf${index}\n`).join(""),
    );
    const top = await repo.git(
      ["mktree"],
      Array.from({ length: 300 }, (_, index) => `040000 tree ${wide}\td${index}\n`).join(""),
    );
    const revision = await repo.git(["commit-tree", "-m", "bomb", top]);
    assert.match((await failsWith("REPO_LIMIT", openSource(repo.source(revision), repo.context))).message, /100000/);
  });
});

/** Writes a tree object that git's own tools would not make. */
async function writeTree(repo: GitRepo, head: string, id: string): Promise<string> {
  const file = join(repo.root, "tree");
  await writeFile(file, Buffer.concat([Buffer.from(head), Buffer.from(id, "hex")]));
  return repo.git(["hash-object", "-t", "tree", "-w", "--literally", file]);
}
