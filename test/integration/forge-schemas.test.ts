import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "mocha";
import type { ForgeContext } from "../../automation/forge/failure.ts";
import type { Forge } from "../../automation/forge/forge.ts";
import { github } from "../../automation/forge/github.ts";
import { gitlab } from "../../automation/forge/gitlab.ts";
import type { ErrorCode } from "../../core/errors/codes.ts";
import { DriftlessError } from "../../core/errors/error.ts";
import { serveDescription, type Answer, type DescribedForge } from "../support/forge/api.ts";
import { githubApi } from "../support/forge/github-api.ts";
import { approvedNote, gitlabApi, headCommit, mergeRequest } from "../support/forge/gitlab-api.ts";

const token = "a-secret-token";
const now = new Date("2026-01-02T03:04:05Z");

interface Client {
  readonly forge: Forge;
  readonly served: DescribedForge;
}

const context = (kind: "github" | "gitlab", url: string, path: string): ForgeContext => ({
  address: { kind, url, path, display: `forge.example.com/${path}` },
  token,
  tokenFrom: "THE_TOKEN",
  now: () => now,
});

/** What must be so whatever is asked of whichever forge. */
function everyClient(client: () => Client, routes: { readonly find: string; readonly create: string }): void {
  const fails = async (code: ErrorCode, answer: Answer, run: (forge: Forge) => Promise<unknown>, route: string) => {
    const { forge, served } = client();
    served.next(route, ...Array.from({ length: 12 }, () => answer));
    const error: unknown = await run(forge).then(
      () => assert.fail("nothing failed"),
      (thrown: unknown) => thrown,
    );
    served.next(route);
    assert.ok(error instanceof DriftlessError, String(error));
    assert.equal(error.code, code, error.message);
    assert.ok(!JSON.stringify(error.findings).includes(token));
    return error;
  };
  const find = (forge: Forge) => forge.find("promote", "main");

  afterEach(() => assert.deepEqual(client().served.refused, []));

  it("sends the token as a header and nowhere else", async () => {
    const { forge, served } = client();
    await find(forge);
    assert.equal(served.requests.at(-1)?.headers.authorization, `Bearer ${token}`);
    assert.ok(served.requests.every(({ path, query }) => !JSON.stringify([path, query]).includes(token)));
  });
  it("says that a token is refused", async () => {
    const error = await fails("FORGE_DENIED", { status: 401, body: { message: `Bad ${token}` } }, find, routes.find);
    assert.match(error.message, /THE_TOKEN.*expired/);
  });
  it("says what a token needs that may not do it", async () => {
    const error = await fails("FORGE_DENIED", { status: 403, body: { message: "Forbidden" } }, find, routes.find);
    assert.match(error.findings[0].fix, /It takes a/);
    await fails("FORGE_DENIED", { status: 404, body: { message: "404 Project Not Found" } }, find, routes.find);
  });
  it("says that a forge which is down can be asked again", async () => {
    await fails("FORGE_UNREACHABLE", { status: 500, body: {} }, find, routes.find);
    await fails("FORGE_UNREACHABLE", { status: 502, body: {} }, find, routes.find);
  });
  it("says that a forge answers no more", async () => {
    await fails("FORGE_LIMITED", { status: 429, headers: { "retry-after": "60" }, body: {} }, find, routes.find);
  });
  it("finds that there is one already when it opens one", async () => {
    const { forge, served } = client();
    const status = routes.create.includes("repos") ? 422 : 409;
    const errors = [{ message: "A pull request already exists for octocat:new-topic." }];
    const message = status === 422 ? "Validation Failed" : ["Another open merge request already exists: !1"];
    served.next(routes.create, { status, body: { message, errors } });
    assert.equal(await forge.create("promote", "main", { title: "t", body: "b" }), undefined);
  });
  it("tells what a forge has against it, in one line", async () => {
    const body = { message: "Title is\ntoo long" };
    const create = (forge: Forge) => forge.create("promote", "main", { title: "t", body: "b" });
    const error = await fails("FORGE_REFUSED", { status: 400, body }, create, routes.create);
    assert.match(error.message, /Title is too long/);
  });
}

describe("the client of GitHub, by GitHub's own description of its API", function () {
  this.timeout(300_000);
  const pulls = "/repos/{owner}/{repo}/pulls";
  let served: DescribedForge;
  let forge: Forge;
  let viewer: unknown = { data: { viewer: { databaseId: 1 } } };
  before(async () => {
    served = await serveDescription(await githubApi(), "/api/v3", (query) => {
      assert.equal(query, "{ viewer { databaseId } }");
      return viewer;
    });
    forge = github(context("github", served.url, "octocat/Hello-World"));
  });
  after(() => served?.close());

  everyClient(() => ({ forge, served }), { find: `GET ${pulls}`, create: `POST ${pulls}` });

  it("finds a pull request by its branches", async () => {
    const [found] = await forge.find("new-topic", "master");
    assert.equal(found?.number, 1347);
    // The example is one that was merged.
    assert.equal(found.state, "merged");
    assert.match(found.revision, /^[0-9a-f]{40}$/);
    assert.deepEqual(served.requests.at(-1)?.query, {
      ...{ state: "all", sort: "created", direction: "desc", per_page: "100" },
      ...{ head: "octocat:new-topic", base: "master" },
    });
    assert.deepEqual(await forge.find("another", "master"), []);
  });
  it("opens, changes and closes one", async () => {
    const text = { title: "Promote web", body: "Body" };
    assert.equal((await forge.create("new-topic", "master", text))?.number, 1347);
    assert.deepEqual(served.requests.at(-1)?.body, { head: "new-topic", base: "master", ...text });
    await forge.update(1347, text);
    assert.deepEqual(served.requests.at(-1)?.body, text);
    await forge.close(1347);
    assert.deepEqual(served.requests.at(-1)?.body, { state: "closed" });
    await forge.label(1347, ["driftless", "promotion"]);
    assert.deepEqual(served.requests.at(-1)?.body, { labels: ["driftless", "promotion"] });
  });
  it("writes one comment, and brings its own up to date", async () => {
    assert.equal(await forge.comment(1347, "<!-- m -->", "<!-- m -->\nnew"), "created");
    assert.equal(await forge.comment(1347, "Me too", "Me too, again"), "updated");
    assert.equal(await forge.comment(1347, "Me too", "Me too"), "unchanged");
  });
  it("writes another one where somebody else has written that", async () => {
    served.next("GET /user", { status: 200, body: { login: "hubot", id: 2 } });
    assert.equal(await forge.comment(1347, "Me too", "Me too"), "created");
  });
  it("asks GraphQL who an app is, whose token is none of a user, and writes another one if nobody says", async () => {
    const app = { status: 403, body: { message: "Resource not accessible by integration" } };
    served.next("GET /user", app, app, app);
    assert.equal(await forge.comment(1347, "Me too", "Me too"), "unchanged");
    viewer = { data: { viewer: { databaseId: 41898282 } } };
    assert.equal(await forge.comment(1347, "Me too", "Me too"), "created");
    viewer = { errors: [{ message: "no" }] };
    assert.equal(await forge.comment(1347, "Me too", "Me too"), "created");
    assert.equal(served.requests.at(-1)?.route, "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}");
    assert.deepEqual(served.requests.at(-1)?.body, { body: "_Outdated: there is a newer one below._" });
  });
  it("lists approvals with their commits", async () => {
    const [approval] = await forge.approvals(1347);
    assert.equal(approval?.by, "octocat");
    assert.match(approval.revision ?? "", /^[0-9a-f]{40}$/);
  });
  it("says when a limit ends that GitHub tells by another status", async () => {
    const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1767325000" };
    served.next(`GET ${pulls}`, { status: 403, headers, body: { message: "API rate limit exceeded" } });
    await assert.rejects(forge.find("a", "b"), (error: unknown) => {
      assert.ok(error instanceof DriftlessError && error.code === "FORGE_LIMITED");
      assert.match(error.findings[0].fix, /after 2026-01-02T03:36:40/);
      return true;
    });
  });
  it("refuses what the description does not know, or this test would prove nothing", async () => {
    const ask = async (path: string, body?: object) => {
      const init = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
      return (await fetch(`${served.url}/api/v3/repos/o/r/pulls${path}`, init)).status;
    };
    assert.equal(await ask("?state=all"), 200);
    assert.equal(await ask("?state=everything"), 400);
    assert.equal(await ask("?branch=x"), 400);
    assert.equal(await ask("", { head: "a", base: "b", title: "t", text: "x" }), 400);
    assert.equal(await ask("", { head: 1, base: "b" }), 400);
    assert.equal(await ask("/1/approve"), 400);
    assert.equal(served.refused.splice(0).length, 5);
  });
});

describe("the client of GitLab, by what its reference says of its API", function () {
  this.timeout(120_000);
  const requests = "/projects/{id}/merge_requests";
  let served: DescribedForge;
  let forge: Forge;
  before(async () => {
    served = await serveDescription(gitlabApi, "/api/v4");
    forge = gitlab(context("gitlab", served.url, "platform/team/config"));
  });
  after(() => served?.close());

  everyClient(() => ({ forge, served }), { find: `GET ${requests}`, create: `POST ${requests}` });

  it("finds a merge request by its branches, and none of a fork", async () => {
    const [found] = await forge.find("promote", "main");
    assert.deepEqual([found?.number, found?.state, found?.revision], [14, "open", headCommit]);
    assert.match(served.requests.at(-1)?.path ?? "", /^\/projects\/platform%2Fteam%2Fconfig\//);
    served.next(`GET ${requests}`, { status: 200, body: [{ ...mergeRequest, source_project_id: 5 }] });
    assert.deepEqual(await forge.find("promote", "main"), []);
    const states = ["opened", "locked", "closed", "merged"];
    served.next(`GET ${requests}`, { status: 200, body: states.map((state) => ({ ...mergeRequest, state })) });
    const found4 = await forge.find("promote", "main");
    assert.deepEqual(
      found4.map(({ state }) => state),
      ["open", "open", "closed", "merged"],
    );
  });
  it("opens, changes and closes one", async () => {
    const text = { title: "Promote web", body: "Body" };
    assert.equal((await forge.create("promote", "main", text))?.number, 14);
    assert.deepEqual(served.requests.at(-1)?.body, {
      ...{ source_branch: "promote", target_branch: "main", title: "Promote web", description: "Body" },
    });
    await forge.update(14, text);
    assert.deepEqual(served.requests.at(-1)?.body, { title: "Promote web", description: "Body" });
    await forge.close(14);
    assert.deepEqual(served.requests.at(-1)?.body, { state_event: "close" });
    await forge.label(14, ["driftless", "promotion"]);
    assert.deepEqual(served.requests.at(-1)?.body, { add_labels: "driftless,promotion" });
  });
  it("writes one comment, brings its own up to date, and never takes one of GitLab itself for it", async () => {
    assert.equal(await forge.comment(14, "<!-- m -->", "<!-- m -->\nnew"), "created");
    assert.equal(await forge.comment(14, "Looks", "Looks better"), "updated");
    assert.equal(await forge.comment(14, "approved", "approved"), "created");
  });
  it("writes another one where somebody else has written that", async () => {
    served.next("GET /user", { status: 200, body: { id: 2, username: "mallory" } });
    assert.equal(await forge.comment(14, "Looks", "Looks good"), "created");
  });
  it("finds the commit of an approval by when it was given", async () => {
    assert.deepEqual(await forge.approvals(14), [{ by: "ada", revision: headCommit, at: approvedNote.created_at }]);
    served.next(`GET ${requests}/{merge_request_iid}/notes`, { status: 200, body: [] });
    assert.deepEqual(await forge.approvals(14), [{ by: "ada", revision: undefined, at: undefined }]);
  });
});
