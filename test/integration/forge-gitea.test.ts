import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { z } from "zod";
import { DriftlessError } from "../../core/errors/error.ts";
import { offerPullRequest, type PullRequestOffer } from "../../automation/forge/offer.ts";
import { openForge } from "../../automation/forge/open.ts";
import type { Forge } from "../../automation/forge/forge.ts";
import { parseRepositoryUrl } from "../../core/git/url.ts";
import { startGitea, type Gitea } from "../support/gitea.ts";

const around = (token: string) => ({ env: { PATH: process.env["PATH"], GITEA_TOKEN: token }, now: () => new Date() });

describe("pull requests on a real Gitea", function () {
  this.timeout(180_000);
  let gitea: Gitea;
  let forge: Forge;
  let alice: string;
  let mallory: string;

  before(async () => {
    gitea = await startGitea();
    await gitea.api("POST", "/user/repos", { name: "config", auto_init: true, default_branch: "main" });
    [alice, mallory] = [await gitea.user("alice"), await gitea.user("mallory")];
    await gitea.api("PUT", "/repos/platform/config/collaborators/alice", { permission: "write" });
    forge = await open("config", gitea.token);
  });
  after(() => gitea?.stop());

  const open = (name: string, token: string): Promise<Forge> => {
    const url = parseRepositoryUrl(`${gitea.url}/platform/${name}.git`, false, "/");
    return openForge(url, { [gitea.host]: { kind: "gitea" } }, around(token));
  };
  /** Makes a branch with one commit. */
  const branch = (name: string, text = name): Promise<unknown> =>
    gitea.api("POST", `/repos/platform/config/contents/${name}.txt`, {
      branch: "main",
      new_branch: name,
      message: name,
      content: Buffer.from(text).toString("base64"),
    });
  const offer = (head: string, changes: Partial<PullRequestOffer> = {}): PullRequestOffer => {
    const marker = `<!-- driftless:promote ${head} -->`;
    return { head, base: "main", again: false, text: { title: head, body: `${marker}\nfirst` }, ...changes };
  };
  const code = (expected: string) => (error: unknown) => {
    assert.ok(error instanceof DriftlessError, String(error));
    assert.equal(error.code, expected, error.message);
    for (const token of [gitea.token, alice, mallory]) assert.ok(!JSON.stringify(error.findings).includes(token));
    return true;
  };

  it("opens one, leaves it as it is, and brings it up to date", async () => {
    await branch("one");
    const created = await offerPullRequest(forge, offer("one"));
    assert.equal(created?.state, "created");
    assert.equal(created.pullRequest.state, "open");
    assert.match(created.pullRequest.revision, /^[0-9a-f]{40}$/);
    assert.equal((await offerPullRequest(forge, offer("one")))?.state, "unchanged");
    const body = offer("one").text.body.replace("first", "second");
    const updated = await offerPullRequest(forge, offer("one", { text: { title: "new", body } }));
    assert.equal(updated?.state, "updated");
    const [only, ...rest] = await forge.find("one", "main");
    assert.deepEqual(
      [only?.number, only?.title, only?.body, rest.length],
      [created.pullRequest.number, "new", body, 0],
    );
  });

  it("never opens two, whoever offers the same at the same time", async () => {
    await branch("race");
    const results = await Promise.all([1, 2, 3, 4].map(() => offerPullRequest(forge, offer("race"))));
    assert.equal(new Set(results.map((each) => each?.pullRequest.number)).size, 1);
    const open = (await forge.find("race", "main")).filter(({ state }) => state === "open");
    assert.deepEqual(
      open.map(({ number }) => number),
      [results[0]?.pullRequest.number],
    );
  });

  it("takes a pull request that was closed by hand for a no to just that change", async () => {
    await branch("closed");
    const created = await offerPullRequest(forge, offer("closed"));
    await gitea.api("PATCH", `/repos/platform/config/pulls/${created?.pullRequest.number}`, { state: "closed" });
    assert.equal((await forge.find("closed", "main"))[0]?.state, "closed");
    await assert.rejects(offerPullRequest(forge, offer("closed")), code("PULL_REQUEST_CLOSED"));
    const again = await offerPullRequest(forge, offer("closed", { again: true }));
    assert.equal(again?.state, "created");
    assert.notEqual(again.pullRequest.number, created?.pullRequest.number);
  });

  it("offers another change where one was closed, and finds it after its branch is gone", async () => {
    await branch("other");
    const created = await offerPullRequest(forge, offer("other"));
    await gitea.api("PATCH", `/repos/platform/config/pulls/${created?.pullRequest.number}`, { state: "closed" });
    await gitea.api("DELETE", "/repos/platform/config/branches/other");
    assert.equal((await forge.find("other", "main"))[0]?.state, "closed");
    await branch("other", "anew");
    const text = { title: "other", body: "<!-- driftless:promote another change -->" };
    assert.equal((await offerPullRequest(forge, offer("other", { text })))?.state, "created");
  });

  it("knows what was merged", async () => {
    await branch("merged");
    const created = await offerPullRequest(forge, offer("merged"));
    await gitea.api("POST", `/repos/platform/config/pulls/${created?.pullRequest.number}/merge`, { Do: "merge" });
    assert.equal((await forge.find("merged", "main"))[0]?.state, "merged");
  });

  it("keeps one comment up to date, and leaves what others wrote", async () => {
    await branch("talk");
    const number = (await offerPullRequest(forge, offer("talk")))?.pullRequest.number ?? 0;
    const marker = "<!-- driftless:review -->";
    await gitea.api("POST", `/repos/platform/config/issues/${number}/comments`, { body: "Looks good" }, alice);
    assert.equal(await forge.comment(number, marker, `${marker}\n1`), "created");
    assert.equal(await forge.comment(number, marker, `${marker}\n1`), "unchanged");
    assert.equal(await forge.comment(number, marker, `${marker}\n2`), "updated");
    const comments = await gitea.api("GET", `/repos/platform/config/issues/${number}/comments`);
    assert.ok(Array.isArray(comments));
    assert.deepEqual(
      comments.map(({ body }: { readonly body: string }) => body),
      ["Looks good", `${marker}\n2`],
    );
  });

  it("never takes somebody else's comment for its own, though its token may change it", async () => {
    await branch("forged");
    const number = (await offerPullRequest(forge, offer("forged")))?.pullRequest.number ?? 0;
    const marker = "<!-- driftless:review -->";
    const path = `/repos/platform/config/issues/${number}/comments`;
    await gitea.api("POST", path, { body: `${marker}\nNothing is deleted` }, alice);
    assert.equal(await forge.comment(number, marker, `${marker}\nNothing is deleted`), "created");
    assert.equal(await forge.comment(number, marker, `${marker}\n2 objects are deleted`), "updated");
    const comments = z.array(z.object({ body: z.string(), user: z.object({ login: z.string() }) }));
    assert.deepEqual(
      comments.parse(await gitea.api("GET", path)).map(({ body, user }) => [user.login, body.split("\n").at(-1)]),
      [
        ["alice", "Nothing is deleted"],
        ["platform", "2 objects are deleted"],
      ],
    );
  });

  it("has the labels that it is given, once, and keeps others", async () => {
    await branch("labels");
    const number = (await offerPullRequest(forge, offer("labels")))?.pullRequest.number ?? 0;
    await forge.label(number, ["promotion"]);
    await forge.label(number, ["driftless", "promotion"]);
    const labels = await gitea.api("GET", `/repos/platform/config/issues/${number}/labels`);
    assert.ok(Array.isArray(labels));
    assert.deepEqual(labels.map(({ name }: { readonly name: string }) => name).sort(), ["driftless", "promotion"]);
  });

  it("lists approvals that hold, with the commit that was approved", async () => {
    await branch("review");
    const pull = (await offerPullRequest(forge, offer("review")))?.pullRequest;
    const review = (event: string): Promise<unknown> =>
      gitea.api("POST", `/repos/platform/config/pulls/${pull?.number}/reviews`, { event, body: event }, alice);
    await review("COMMENT");
    assert.deepEqual(await forge.approvals(pull?.number ?? 0), []);
    await review("APPROVED");
    const [approval, ...rest] = await forge.approvals(pull?.number ?? 0);
    assert.deepEqual([approval?.by, approval?.revision, rest.length], ["alice", pull?.revision, 0]);
    await review("REQUEST_CHANGES");
    assert.deepEqual(await forge.approvals(pull?.number ?? 0), []);
  });

  it("says that a token is refused, may not do it, or is missing", async () => {
    await branch("denied");
    const expired = await open("config", "0".repeat(40));
    await assert.rejects(offerPullRequest(expired, offer("denied")), code("FORGE_DENIED"));
    await gitea.api("POST", "/user/repos", { name: "secret", auto_init: true, default_branch: "main", private: true });
    await assert.rejects(offerPullRequest(await open("secret", mallory), offer("main")), code("FORGE_DENIED"));
    await assert.rejects(open("config", ""), code("FORGE_TOKEN_MISSING"));
  });

  it("takes the token that Git's askpass helper has", async () => {
    const url = parseRepositoryUrl(`${gitea.url}/platform/config.git`, false, "/");
    const env = { PATH: process.env["PATH"], ...gitea.gitEnv };
    const asked = await openForge(url, { [gitea.host]: { kind: "forgejo" } }, { env, now: () => new Date() });
    assert.deepEqual(await asked.find("nothing", "main"), []);
  });

  it("says that there is nothing to open a pull request for", async () => {
    await assert.rejects(offerPullRequest(forge, offer("no-such-branch")), code("FORGE_DENIED"));
  });

  it("says that a forge which went down can be asked again", async () => {
    await branch("down");
    await gitea.stop();
    await assert.rejects(offerPullRequest(forge, offer("down")), code("FORGE_UNREACHABLE"));
  });
});
