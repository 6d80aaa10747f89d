import assert from "node:assert/strict";
import { chmod, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { runProgram } from "../../core/exec/run.ts";
import { publish } from "../../core/git/publish.ts";
import type { SourceContext } from "../../core/git/source.ts";
import type { FileChanges } from "../../core/git/write-commit.ts";
import { readSigner } from "../../core/git/write-identity.ts";
import { messageText, offerTrailers } from "../../core/git/write-message.ts";
import { RepositoryWriter } from "../../core/git/writer.ts";
import { failsWith, GitRepo } from "../support/git-repo.ts";
import { startGitServer, type GitServer } from "../support/git-server.ts";
import { createOpenPgpKey } from "../support/open-pgp.ts";

const by = {
  author: { name: "Ada", email: "ada@example.com" },
  committer: { name: "Bot", email: "bot@example.com" },
  settings: [],
};
const purpose = { "Driftless-Accept": "dev" };
const message =
  (subject: string, branch = "driftless/accept/dev/1") =>
  (tree: string): string => {
    const trailers = { ...purpose, [offerTrailers.branch]: branch, [offerTrailers.tree]: tree };
    return messageText({ subject, trailers }, by.committer);
  };

describe("A commit that is written without a work tree", () => {
  let repo: GitRepo;
  let base: string;
  let writer: RepositoryWriter;

  beforeEach(async () => {
    repo = await GitRepo.create();
    base = await repo.commit({
      "web/a.yaml": "a: 1\r\n",
      "web/gone.yaml": "x",
      "run.sh": { script: "#!/bin/sh\n" },
      link: { link: "web" },
    });
    writer = new RepositoryWriter(repo.source(base), repo.context);
  });
  afterEach(() => repo.remove());

  const make = async (files: FileChanges, text = message("Change"), of = writer, on = base) =>
    (await of.commit({ base: on, files, message: text, by, sign: false })) ?? assert.fail("nothing was changed");
  const offer = async (files: FileChanges, branch = "driftless/accept/dev/1", of = writer) =>
    publish(of, { branch, base, made: await make(files, message("Change", branch), of), purpose });

  it("changes, adds and removes exactly the files that it names, byte for byte, and keeps their modes", async () => {
    const { revision } = await offer(
      new Map([
        ["web/a.yaml", "a: 2\r\n"],
        ["web/new folder/ü.yaml", "new"],
        ["web/gone.yaml", null],
        ["run.sh", "#!/bin/sh\nexit 1\n"],
      ]),
    );
    assert.equal(await repo.git(["rev-parse", "driftless/accept/dev/1"]), revision);
    const changes = await repo.git(["-c", "core.quotePath=off", "diff", "--name-status", base, revision]);
    assert.equal(changes, "M\trun.sh\nM\tweb/a.yaml\nD\tweb/gone.yaml\nA\tweb/new folder/ü.yaml");
    assert.equal(await repo.git(["show", `${revision}:web/a.yaml`]), "a: 2");
    assert.equal(await repo.git(["cat-file", "-s", `${revision}:web/a.yaml`]), "6");
    assert.match(await repo.git(["ls-tree", revision, "run.sh"]), /^100755 /);
    assert.equal(await repo.git(["rev-parse", "main"]), base, "another branch was moved");
  });

  it("names its author, its committer and what programs read", async () => {
    const { revision } = await offer(new Map([["web/a.yaml", "a: 2"]]));
    const tree = await repo.git(["rev-parse", `${revision}^{tree}`]);
    const shown = await repo.git(["log", "-1", "--format=%an %ae|%cn %ce|%B", revision]);
    assert.equal(
      shown,
      `Ada ada@example.com|Bot bot@example.com|Change\n\nDriftless-Accept: dev\nDriftless-Branch: driftless/accept/dev/1\nDriftless-Tree: ${tree}\nSigned-off-by: Bot <bot@example.com>`,
    );
    assert.equal(await repo.git(["log", "-1", "--format=%(trailers:key=Driftless-Accept,valueonly)", revision]), "dev");
  });

  it("is none where nothing would change", async () => {
    const files = new Map([["web/a.yaml", "a: 1\r\n"]]);
    assert.equal(await writer.commit({ base, files, message: message("Change"), by, sign: false }), undefined);
  });

  it("goes through no link, removes nothing that is not there, and leaves the repository's own folder alone", async () => {
    for (const path of ["link", "link/a.yaml", ".git/config", "web/.GIT/hooks/x", "web/a.yaml/b"]) {
      await failsWith("PATH_NOT_FOUND", make(new Map([[path, "x"]])));
    }
    for (const path of ["../x", "web//a.yaml"]) await failsWith("PATH_ESCAPE", make(new Map([[path, "x"]])));
    await failsWith("PATH_NOT_FOUND", make(new Map([["web/none.yaml", null]])));
  });

  it("is replaced by a later run, and stays where it says the same", async () => {
    const first = await offer(new Map([["web/a.yaml", "a: 2"]]));
    const again = await offer(new Map([["web/a.yaml", "a: 2"]]));
    assert.deepEqual([first.state, again.state, again.revision], ["created", "unchanged", first.revision]);
    const other = await offer(new Map([["web/a.yaml", "a: 3"]]));
    assert.equal(other.state, "updated");
    assert.equal(await repo.git(["log", "--format=%H", `${base}..driftless/accept/dev/1`]), other.revision);
  });

  it("never replaces what somebody else has put on the branch, nor what came in the meantime", async () => {
    await offer(new Map([["web/a.yaml", "a: 2"]]), "amended");
    const amended = await repo.git(
      ["commit-tree", `${base}^{tree}`, "-p", base, "-F", "-"],
      await repo.git(["log", "-1", "--format=%B", "amended"]),
    );
    await repo.git(["update-ref", "refs/heads/amended", amended]);
    await failsWith("GIT_BRANCH_TAKEN", offer(new Map([["web/a.yaml", "a: 2"]]), "amended"));
    await offer(new Map([["web/a.yaml", "a: 2"]]), "merged");
    await repo.git(["update-ref", "refs/heads/release", "refs/heads/merged"]);
    await failsWith("GIT_BRANCH_TAKEN", offer(new Map([["web/a.yaml", "a: 3"]]), "release"));
    const theirs = await repo.commit({ "web/a.yaml": "theirs" }, "refs/heads/driftless/accept/dev/1");
    await failsWith("GIT_BRANCH_TAKEN", offer(new Map([["web/a.yaml", "a: 2"]])));
    const { revision } = await make(new Map([["web/a.yaml", "a: 2"]]));
    const branch = "driftless/accept/dev/1";
    for (const expected of [undefined, base]) {
      await failsWith("GIT_BRANCH_MOVED", writer.push({ branch, revision, expected }, { advance: false }));
    }
    await writer.tipOf(branch);
    await failsWith("GIT_BRANCH_MOVED", writer.push({ branch, revision, expected: theirs }, { advance: true }));
    assert.equal(await repo.git(["rev-parse", branch]), theirs);
    await failsWith("GIT_PUSH_DENIED", offer(new Map([["web/a.yaml", "a: 2"]]), `${branch}/deeper`));
  });

  it("advances a branch that it follows", async () => {
    const { revision } = await make(new Map([["web/a.yaml", "a: 2"]]));
    await writer.push({ branch: "main", revision, expected: base }, { advance: true });
    assert.equal(await repo.git(["rev-parse", "main"]), revision);
  });

  it("touches no file, index or checked-out branch of a repository on this machine", async () => {
    const work = join(repo.root, "work");
    const git = (...args: readonly string[]) =>
      repo.git(["--git-dir", join(work, ".git"), "--work-tree", work, ...args]);
    await repo.git(["clone", "--quiet", repo.folder, work]);
    await git("config", "receive.denyCurrentBranch", "updateInstead");
    await writeFile(join(work, "web", "a.yaml"), "edited by hand");
    const index = await stat(join(work, ".git", "index"));
    const local = new RepositoryWriter({ ...repo.source(base), repo: "work" }, repo.context);
    const { revision } = await offer(new Map([["web/a.yaml", "a: 2"]]), "driftless/accept/dev/1", local);
    assert.equal(await git("rev-parse", "driftless/accept/dev/1"), revision);
    const push = { branch: "main", revision, expected: base };
    await failsWith("GIT_PUSH_DENIED", local.push(push, { advance: true }));
    assert.equal(await git("rev-parse", "HEAD"), base);
    assert.equal(await readFile(join(work, "web", "a.yaml"), "utf8"), "edited by hand");
    assert.equal((await stat(join(work, ".git", "index"))).mtimeMs, index.mtimeMs);
  });

  it("says which rule of the repository refuses it", async () => {
    const hook = join(repo.folder, "hooks", "update");
    await mkdir(join(repo.folder, "hooks"), { recursive: true });
    await writeFile(hook, '#!/bin/sh\necho "only release managers may push $1" >&2\nexit 1\n');
    await chmod(hook, 0o755);
    const error = await failsWith("GIT_PUSH_DENIED", offer(new Map([["web/a.yaml", "a: 2"]])));
    assert.match(error.message, /only release managers may push/);
  });

  it("is signed with the key that Git is configured with, and not made if that fails", async function () {
    const key = join(repo.root, "key");
    const made = await runProgram({
      file: "ssh-keygen",
      args: ["-q", "-t", "ed25519", "-N", "", "-f", key],
      env: { PATH: process.env["PATH"] },
      timeoutMs: 20_000,
      maxOutputBytes: 1 << 20,
    }).catch(() => undefined);
    if (made === undefined) return this.skip();
    const context = withSettings(repo.context, {
      "user.name": "Ada",
      "user.email": "ada@example.com",
      "user.signingkey": key,
      "gpg.format": "ssh",
      "commit.gpgsign": "true",
    });
    const signer = await readSigner(undefined, context);
    assert.deepEqual([signer.sign, signer.author], [true, { name: "Ada", email: "ada@example.com" }]);
    const own = new RepositoryWriter(repo.source(base), context);
    const commit = { base, files: new Map([["web/a.yaml", "a: 2"]]), message: message("Signed"), sign: true };
    const { revision } = (await own.commit({ ...commit, by: signer })) ?? assert.fail();
    await own.push({ branch: "signed", revision, expected: undefined }, { advance: false });
    assert.match(await repo.git(["cat-file", "commit", "signed"]), /gpgsig -----BEGIN SSH SIGNATURE-----/);
    const keyless = {
      ...signer,
      settings: [["gpg.format", "ssh"] as const, ["user.signingkey", `${key}-none`] as const],
    };
    await failsWith("GIT_SIGN_FAILED", own.commit({ ...commit, by: keyless }));
  });

  it("is signed with an OpenPGP key too, of the key ring that gpg uses", async function () {
    const key = await createOpenPgpKey("Ada <ada@example.com>");
    if (key === undefined) return this.skip();
    try {
      const settings = { "user.name": "Ada", "user.email": "ada@example.com", "commit.gpgsign": "true" };
      const context = withSettings(
        { ...repo.context, env: { ...repo.context.env, GNUPGHOME: key.home } },
        { ...settings, "user.signingkey": key.fingerprint },
      );
      const signer = await readSigner(undefined, context);
      const own = new RepositoryWriter(repo.source(base), context);
      const commit = { base, files: new Map([["web/a.yaml", "a: 3"]]), message: message("Signed"), sign: true };
      const { revision } = (await own.commit({ ...commit, by: signer })) ?? assert.fail();
      await own.push({ branch: "signed-openpgp", revision, expected: undefined }, { advance: false });
      assert.match(await repo.git(["cat-file", "commit", "signed-openpgp"]), /gpgsig -----BEGIN PGP SIGNATURE-----/);
      const keyless = { ...signer, settings: [["user.signingkey", "0".repeat(40)] as const] };
      await failsWith("GIT_SIGN_FAILED", own.commit({ ...commit, by: keyless }));
    } finally {
      await key.remove();
    }
  });
});

describe("Who makes a commit", () => {
  const env = { PATH: process.env["PATH"], HOME: "/nonexistent", GIT_CONFIG_NOSYSTEM: "1" };
  const context = { env, project: "/" };

  it("is whom the variables or the configuration name, or who is asked for", async () => {
    const configured = withSettings(context, { "user.name": "Ada", "user.email": "ada@example.com" });
    const names = async (author: string | undefined, of: typeof context) => {
      const signer = await readSigner(author, of);
      return [signer.author.name, signer.committer.name, signer.sign];
    };
    assert.deepEqual(await names(undefined, configured), ["Ada", "Ada", false]);
    assert.deepEqual(await names("Eve <eve@example.com>", configured), ["Eve", "Ada", false]);
    assert.deepEqual(await names("Eve <eve@example.com>", context), ["Eve", "Eve", false]);
    const variables = { ...configured, env: { ...configured.env, GIT_COMMITTER_NAME: "Bot\nX: <y>" } };
    assert.deepEqual(await names(undefined, variables), ["Ada", "BotX: y", false]);
  });

  it("has to be known", async () => {
    await failsWith("GIT_AUTHOR_MISSING", readSigner(undefined, context));
    for (const author of ["Eve", "<eve@example.com>", "Eve <>", "Eve <a b>", "Eve <a>\nX: <b>"]) {
      await failsWith("USAGE", readSigner(author, context));
    }
  });
});

describe("A branch that is pushed over https", () => {
  let repo: GitRepo;
  let server: GitServer;
  let base: string;
  let context: SourceContext;

  beforeEach(async function () {
    repo = await GitRepo.create();
    base = await repo.commit({ "a.yaml": "a: 1\n" });
    await repo.git(["config", "http.receivepack", "true"]);
    const started = await startGitServer(repo.root, (request, response) => {
      const [, what = "", rest = ""] = /^\/([a-z-]+)\/(.*)$/.exec(request.url ?? "") ?? [];
      const pushes = (request.url ?? "").includes("git-receive-pack");
      if (what === "private" && request.headers.authorization !== `Basic ${btoa("ada:secret-4711")}`) {
        response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end();
      } else if (what === "readonly" && pushes) response.writeHead(403).end("no");
      else if (what === "broken" && pushes) response.writeHead(502).end("no");
      else {
        request.url = `/${rest}`;
        return false;
      }
      return true;
    });
    if (started === undefined) return this.skip();
    server = started;
    context = { ...repo.context, env: { ...repo.context.env, GIT_SSL_CAINFO: server.certificate } };
  });
  afterEach(async () => {
    await server?.close();
    await repo.remove();
  });

  async function push(path: string, of = context) {
    const writer = new RepositoryWriter({ repo: `${server.address}/${path}`, local: false }, of);
    const files = new Map([["a.yaml", "a: 2\n"]]);
    const made = await writer.commit({ base, files, message: message("Change", "driftless/x"), by, sign: false });
    return publish(writer, { branch: "driftless/x", base, made: made ?? assert.fail(), purpose });
  }

  it("is there, and stays in a second run", async () => {
    const { state, revision } = await push("open/config.git");
    assert.equal(state, "created");
    assert.equal(await repo.git(["show", `${revision}:a.yaml`]), "a: 2");
    assert.equal((await push("open/config.git")).state, "unchanged");
  });

  it("goes in with the user's own credentials, which are shown nowhere", async () => {
    const helper = '!f() { echo username=ada; echo "password=$PASSWORD_IS"; }; f';
    const withHelper = (password: string) =>
      withSettings(context, { "credential.helper": helper.replace("$PASSWORD_IS", password) });
    assert.equal((await push("private/config.git", withHelper("secret-4711"))).state, "created");
    const error = await failsWith("GIT_UNREACHABLE", push("private/config.git", withHelper("wrong-0815")));
    assert.ok(!/4711|0815/.test(error.message));
  });

  it("is refused by a server that may be read only, and not known of one that fails", async () => {
    await failsWith("GIT_PUSH_DENIED", push("readonly/config.git"));
    await failsWith("GIT_UNREACHABLE", push("broken/config.git"));
    await repo.git(["config", "http.receivepack", "false"]);
    await failsWith("GIT_PUSH_DENIED", push("open/config.git"));
  });
});

/** The user's own configuration, as GIT_CONFIG_COUNT of the environment. */
function withSettings<T extends { readonly env: SourceContext["env"] }>(
  context: T,
  settings: Readonly<Record<string, string>>,
): T {
  const entries = Object.entries(settings).flatMap(([key, value], index): readonly (readonly [string, string])[] => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  const count = { GIT_CONFIG_COUNT: String(Object.keys(settings).length) };
  return { ...context, env: { ...context.env, ...count, ...Object.fromEntries(entries) } };
}
