import assert from "node:assert/strict";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { openSource, resolveCommit, type SourceContext } from "../../core/git/source.ts";
import { failsWith, GitRepo } from "../support/git-repo.ts";
import { startGitServer, type GitServer } from "../support/git-server.ts";

const canary = "canary-5f1d";
const anyId = "1".repeat(40);

describe("A source over https", () => {
  let repo: GitRepo;
  let server: GitServer;
  let other: GitServer;
  let context: SourceContext;

  beforeEach(async function () {
    repo = await GitRepo.create();
    const started = await startGitServer(repo.root);
    if (started === undefined) return this.skip();
    other = started;
    const first = await startGitServer(repo.root, (request, response) => {
      const [, what = "", rest = ""] = /^\/([a-z]+)\/(.*)$/.exec(request.url ?? "") ?? [];
      if (what === "redirect") response.writeHead(302, { location: `${other.address}/${rest}` }).end();
      else if (what === "broken") response.writeHead(500).end(`internal ${canary}`);
      else if (what === "hang") return true;
      else if (what === "garbage") response.end("this is no Git server");
      else if (what === "private" && request.headers.authorization === undefined) {
        response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end();
      } else {
        request.url = what === "private" ? `/${rest}` : request.url;
        return false;
      }
      return true;
    });
    server = first ?? assert.fail("the second server did not start");
    // Both are trusted, so that nothing but our own rules keeps git from asking the other.
    const authorities = join(repo.root, "authorities.crt");
    const certificates = await Promise.all([server, other].map(({ certificate }) => readFile(certificate)));
    await writeFile(authorities, Buffer.concat(certificates));
    context = { ...repo.context, env: { ...repo.context.env, GIT_SSL_CAINFO: authorities } };
  });
  afterEach(async () => {
    await server.close();
    await other.close();
    await repo.remove();
  });

  const source = (path: string, revision: string) => ({
    ...repo.source(revision),
    repo: `${server.address}/${path}`,
    local: false,
  });

  /** The user's own configuration, as GIT_CONFIG_COUNT of the environment. */
  const withSettings = (settings: Record<string, string>): SourceContext => ({
    ...context,
    env: {
      ...context.env,
      GIT_CONFIG_COUNT: String(Object.keys(settings).length),
      ...Object.fromEntries(
        Object.entries(settings).flatMap(([key, value], index) => [
          [`GIT_CONFIG_KEY_${index}`, key],
          [`GIT_CONFIG_VALUE_${index}`, value],
        ]),
      ),
    },
  });

  const assertNoCanaryOnDisk = async (): Promise<void> => {
    for (const name of await readdir(repo.context.cache, { recursive: true })) {
      const file = join(repo.context.cache, name);
      if ((await stat(file)).isFile()) assert.ok(!(await readFile(file)).includes(canary), `${name} holds the canary`);
    }
  };

  it("is fetched by the commit's id and opened from the cache after", async () => {
    const revision = await repo.commit({ "a.yaml": "1" });
    const { tree, from } = await openSource(source("config.git", revision), context);
    assert.equal(from, "fetched");
    assert.equal((await tree.read(["a.yaml"])).get("a.yaml")?.toString(), "1");
    const asked = server.requests.length;
    await openSource(source("config.git", revision), context);
    assert.equal(server.requests.length, asked);
  });

  it("is fetched whole from a server that hands out no commits by id", async () => {
    const revision = await repo.commit({ "a.yaml": "1" });
    await repo.commit({ "a.yaml": "2" });
    await repo.git(["config", "protocol.version", "0"]);
    await repo.git(["config", "uploadpack.allowAnySHA1InWant", "false"]);
    const old = await startGitServer(repo.root, (request) => {
      delete request.headers["git-protocol"];
      return false;
    });
    assert.ok(old !== undefined);
    try {
      const env = { ...context.env, GIT_SSL_CAINFO: old.certificate };
      const address = { ...repo.source(revision), repo: `${old.address}/config.git`, local: false };
      const { from, tree } = await openSource(address, { ...context, env });
      assert.equal(from, "fetched");
      assert.equal((await tree.read(["a.yaml"])).get("a.yaml")?.toString(), "1");
      await failsWith("COMMIT_NOT_FOUND", openSource({ ...address, revision: anyId }, { ...context, env }));
    } finally {
      await old.close();
    }
  });

  it("takes credentials from a credential helper, shows them to nobody, and keeps them nowhere", async () => {
    const revision = await repo.commit({ "a.yaml": "1" });
    const helper = withSettings({
      "credential.helper": `!f() { test "$1" = get && echo username=deploy && echo password=${canary}; }; f`,
    });
    const { from } = await openSource(source("private/config.git", revision), helper);
    assert.equal(from, "fetched");
    const expected = `Basic ${Buffer.from(`deploy:${canary}`).toString("base64")}`;
    assert.ok(server.requests.some((request) => request.authorization === expected));
    await assertNoCanaryOnDisk();
  });

  it("does not wait for someone to type credentials", async () => {
    const error = await failsWith("GIT_UNREACHABLE", openSource(source("private/config.git", anyId), context));
    assert.match(error.message, /credential helper/);
  });

  it("does not follow a redirect, and sends no credentials after it", async () => {
    const user = withSettings({
      "http.extraHeader": `Authorization: Bearer ${canary}`,
      "http.followRedirects": "true",
    });
    for (const attempt of [
      () => openSource(source("redirect/config.git", anyId), user),
      () => resolveCommit(source("redirect/config.git", anyId), { branch: "main" }, user),
    ]) {
      const error = await failsWith("GIT_REDIRECT_DENIED", attempt());
      assert.ok(!error.message.includes(canary));
    }
    assert.ok(server.requests.some((request) => request.authorization?.includes(canary)));
    assert.deepEqual(other.requests, []);
    await assertNoCanaryOnDisk();
  });

  it("is not sent elsewhere by the user's own rewrites of addresses", async () => {
    const revision = await repo.commit({ "a.yaml": "1" });
    const user = withSettings({ [`url.${other.address}/.insteadOf`]: `${server.address}/` });
    await openSource(source("config.git", revision), user);
    assert.deepEqual(other.requests, []);
  });

  for (const what of ["broken", "garbage"]) {
    it(`is unreachable for now if the server is ${what}, without repeating what it said`, async () => {
      const error = await failsWith("GIT_UNREACHABLE", openSource(source(`${what}/config.git`, anyId), context));
      assert.equal(error.kind, "transient");
      assert.ok(!error.message.includes(canary));
    });
  }

  it("is unreachable if the certificate is not trusted", async () => {
    const untrusted = { ...context, env: { ...context.env, GIT_SSL_CAINFO: other.certificate } };
    const error = await failsWith("GIT_UNREACHABLE", openSource(source("config.git", anyId), untrusted));
    assert.match(error.message, /certificate/i);
  });

  it("stops waiting for a server that hangs as soon as it is told to", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 300);
    const started = Date.now();
    const hanging = openSource(source("hang/config.git", anyId), { ...context, signal: controller.signal });
    await failsWith("INTERRUPTED", hanging);
    assert.ok(Date.now() - started < 5_000);
  });
});
