import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { z } from "zod";
import { Registries } from "../../automation/registry/client.ts";
import { PromotionScene } from "../support/promotion-scene.ts";
import { basicLogin, pushImage } from "../support/push-image.ts";
import { registryUser, startRegistry, type TestRegistry } from "../support/registry.ts";
import { deployment } from "../support/sample.ts";

const pulls = z.array(
  z.object({
    number: z.number(),
    state: z.string(),
    title: z.string(),
    body: z.string(),
    head: z.object({ ref: z.string() }),
  }),
);
const comments = z.array(z.object({ body: z.string() }));
const reported = z.object({
  state: z.string(),
  images: z.array(
    z.object({
      application: z.string(),
      state: z.string(),
      becomes: z.string().nullable(),
      digest: z.string().nullable(),
      skipped: z.array(z.object({ tag: z.string(), reason: z.string() })),
      moved: z.string().nullish(),
    }),
  ),
  errors: z.array(z.object({ code: z.string() })),
  closed: z.array(z.object({ number: z.number(), url: z.string() })),
});

const shared = {
  "bases/api/kustomization.yaml": "resources: [api.yaml]\n",
  "charts/till/Chart.yaml": "apiVersion: v2\nname: till\nversion: 1.0.0\n",
  "charts/till/values.yaml": 'image: { repository: "", tag: "" }\nreplicas: 1\n',
  "charts/till/templates/till.yaml": deployment(
    "till",
    "{{ .Values.image.repository }}:{{ .Values.image.tag }}{{ with .Values.image.digest }}@{{ . }}{{ end }}",
  ),
};
const branch = "driftless/images/production/all";

describe("driftless images", function () {
  this.timeout(300_000);
  let scene: PromotionScene;
  let registry: TestRegistry;
  let first = "";

  const image = (name: string, tag: string): string => `${registry.host}/shop/${name}:${tag}`;
  /** What each kind of application has of its version, and everything about it that must stay as it is. */
  const versions = (web: string, api: string, till: string): Record<string, string> => ({
    "environments/production/images.yaml": `# Versions\r\nimages:\r\n  ${registry.host}/shop/web:   # the shop\r\n    tag: "${web}"\r\n`,
    "overlays/api/kustomization.yaml": `resources: [../../bases/api]\nimages:\n# by hand no more\n- {name: ${registry.host}/shop/api,   newTag: '${api}'}\n`,
    "environments/production/till.yaml": `image:\n    repository: ${registry.host}/shop/till\n    tag: ${till} # see notes\nreplicas:   1\n`,
  });
  const usual = {
    web: '{ semver: ">=1.0 <2" }',
    api: '{ order: numeric, tags: "^main-(?<version>[0-9]+)$" }',
    till: "{ order: newest, tags: ^b }",
  };
  const document = (policies: Partial<typeof usual> = {}, more = "", host = registry.host): string => {
    const all = { ...usual, ...policies };
    return `apiVersion: driftless.dev/v1alpha1
kind: Environment
metadata: { name: production }
source:
  repo: ${scene.config}
  revision: ${first}
  images: environments/production/images.yaml
clusters: { eu: { kubeconfig: {} } }
tenants: { shop: { namespaces: [shop], podSecurity: baseline } }
applications:
  web: { tenant: shop, path: apps/web, images: { "${host}/shop/web": ${all.web} } }
  api: { tenant: shop, path: overlays/api, images: { "${host}/shop/api": ${all.api} } }
  till:
    tenant: shop
    path: charts/till
    helm: { values: [/environments/production/till.yaml] }
    images: { "${host}/shop/till": ${all.till} }
policy: { config: { all: advisory } }
forges: { "${scene.gitea.host}": { kind: gitea } }
${more}`;
  };

  before(async () => {
    scene = await PromotionScene.start({ cluster: false });
    registry = await startRegistry("basic", 3);
    for (const tag of ["1.0.0", "1.2.0", "1.10.0", "2.0.0", "2.1.0-rc.1", "1.11.0-rc.1", "latest"]) {
      await registry.push("shop/web", tag, { note: tag });
    }
    for (const tag of ["main-9", "main-10", "main-11x", "other-99"])
      await registry.push("shop/api", tag, { note: tag });
    await registry.push("shop/till", "b2", { created: "2026-03-01T00:00:00Z" });
    await registry.push("shop/till", "b1", { created: "2026-04-01T00:00:00Z", index: true });
    await registry.push("shop/till", "b3", { created: "2026-02-01T00:00:00Z" });
    first = await scene.commit({
      ...shared,
      ...versions("1.2.0", "main-9", "b2"),
      "apps/web/web.yaml": deployment("web", image("web", "0.1.0")),
      "bases/api/api.yaml": deployment("api", image("api", "main-1")),
    });
    await scene.document({ production: document() });
  });
  after(async () => {
    await registry?.stop();
    await scene?.remove();
  });

  const login = { DRIFTLESS_TEST_REGISTRY: registryUser.password };
  const registries = (settings = `user: ${registryUser.user}, password: DRIFTLESS_TEST_REGISTRY`): string =>
    `imageUpdates: { registries: { "${registry.host}": { ${settings} } } }\n`;
  const run = async (...args: readonly string[]) => {
    const result = await scene.run(["images", "production", ...args], login);
    const printed = result.stdout + result.stderr;
    assert.ok(!printed.includes(registryUser.password), printed);
    return { ...result, printed };
  };
  const must = async (...args: readonly string[]): Promise<string> => {
    const { exitCode, stdout, printed } = await run(...args);
    assert.equal(exitCode, 0, printed);
    return stdout;
  };
  const json = async (...args: readonly string[]) => {
    const { exitCode, stdout } = await run("--json", ...args);
    return { exitCode, ...reported.parse(JSON.parse(stdout)) };
  };
  const fails = async (expected: string, ...args: readonly string[]): Promise<string> => {
    const { exitCode, printed } = await run(...args);
    assert.notEqual(exitCode, 0, printed);
    assert.ok(printed.includes(expected), printed);
    return printed;
  };
  const list = async () => pulls.parse(await scene.gitea.api("GET", "/repos/platform/config/pulls?state=all&limit=50"));
  const opened = async () => (await list()).filter(({ state }) => state === "open");
  const setUp = (policies: Partial<typeof usual> = {}, more = "") =>
    scene.document({ production: document(policies, registries() + more) });

  it("says what is wrong with policies, when it is asked to and in validate", async () => {
    const bad = {
      web: '{ semver: ">=1.x.y" }',
      api: '{ order: numeric, tags: "(?=x)" }',
      till: '{ follow: a, semver: "1" }',
    };
    await scene.document({ production: document({ ...bad, till: usual.till }) });
    for (const args of [["validate"], ["images", "production", "--dry-run"]]) {
      const { exitCode, stdout, stderr } = await scene.run(args);
      assert.equal(exitCode, 1);
      assert.match(stdout + stderr, /is no range of versions/);
      assert.match(stdout + stderr, /is no regular expression of RE2/);
    }
    await scene.document({ production: document({ till: bad.till }) });
    assert.match((await scene.run(["validate"])).stderr, /exactly one of `semver`, `order` and `follow`/);
    await setUp();
    assert.match(await scene.must("explain", "production", "applications.web.images"), />=1\.0 <2/);
  });

  it("reads the registry of a forge too, over https and with its own tokens", async () => {
    const { gitea } = scene;
    const name = `${gitea.host}/platform/tool`;
    const target = { url: gitea.url, authorization: basicLogin("platform", gitea.token) };
    for (const tag of ["1.0.0", "1.1.0", "2.0.0"]) await pushImage(target, "platform/tool", tag, { note: tag });
    const newest = await pushImage(target, "platform/tool", "1.2.0", { created: "2026-03-01T00:00:00Z", index: true });
    const wanted = { registries: { [gitea.host]: { user: "platform", password: "GITEA_TOKEN", insecure: false } } };
    const about = { env: { GITEA_TOKEN: gitea.token }, now: () => new Date() };
    const client = new Registries({ direct: false, ...wanted }, about);
    assert.deepEqual([...(await client.tags(name)).tags].sort(), ["1.0.0", "1.1.0", "1.2.0", "2.0.0"]);
    assert.equal(await client.digest(name, "1.2.0"), newest);
    assert.equal(await client.digest(name, "9.9.9"), undefined);
    assert.equal((await client.created(name, newest))?.toISOString(), "2026-03-01T00:00:00.000Z");
    const wrong = new Registries({ direct: false, ...wanted }, { ...about, env: { GITEA_TOKEN: "wrong" } });
    await assert.rejects(wrong.tags(name), /REGISTRY_DENIED .*refuses the login from GITEA_TOKEN/);
  });

  it("writes nothing without a login, and says so of each image", async () => {
    await scene.document({ production: document() });
    const { exitCode, errors, state } = await json("--yes");
    assert.equal(exitCode, 1);
    assert.equal(state, "nothing");
    assert.deepEqual([...new Set(errors.map(({ code }) => code))], ["REGISTRY_DENIED"]);
    await setUp();
    assert.deepEqual(await list(), []);
  });

  it("shows what is newer by range, number and date, and changes nothing when it is only asked", async () => {
    const { exitCode, images } = await json("--dry-run", "--exit-code");
    assert.equal(exitCode, 2);
    assert.deepEqual(
      images.map(({ becomes }) => becomes?.split("/").at(-1)),
      ["api:main-10", "till:b1", "web:1.10.0"],
    );
    for (const { digest } of images) assert.match(digest ?? "", /^sha256:[0-9a-f]{64}$/);
    assert.match(await must("--dry-run"), /web.*1\.2\.0 +1\.10\.0 +semver >=1\.0 <2/);
    assert.deepEqual(await list(), []);
  });

  it("opens one pull request, whoever runs it at the same time, and changes not one byte more", async () => {
    const runs = await Promise.all([run("--yes"), run("--yes")]);
    assert.ok(
      runs.some(({ exitCode }) => exitCode === 0),
      runs.map(({ printed }) => printed).join("\n"),
    );
    await must("--yes");
    const [only, ...rest] = await opened();
    assert.equal(rest.length, 0);
    assert.equal(only?.head.ref, branch);
    assert.equal(only.title, "Update 3 images in production");
    assert.match(only.body, /shop\/web:1\.10\.0/);
    for (const [path, text] of Object.entries(versions("1.10.0", "main-10", "b1"))) {
      assert.equal(await scene.file("config", branch, path), text, path);
    }
    assert.match(await scene.log("config", branch), /^Driftless-Action: images$/m);
    assert.match(await must("--yes"), /^unchanged https:/m);
  });

  it("brings the same pull request up to date when something newer is pushed", async () => {
    await registry.push("shop/web", "1.12.0", { note: "1.12.0" });
    assert.match(await must("--yes"), /^updated https:/m);
    assert.equal((await opened()).length, 1);
    assert.match((await opened())[0]?.body ?? "", /shop\/web:1\.12\.0/);
  });

  it("takes a closed pull request for a no to just that", async () => {
    const [open] = await opened();
    await scene.gitea.api("PATCH", `/repos/platform/config/pulls/${open?.number}`, { state: "closed" });
    await fails("PULL_REQUEST_CLOSED", "--yes");
    await registry.push("shop/web", "1.12.1", { note: "1.12.1" });
    assert.match(await must("--yes"), /^created https:/m);
  });

  it("leaves out what is on the block list, by tag and by digest, and takes the next one", async () => {
    const digest = await registry.push("shop/web", "1.12.1", { note: "1.12.1" });
    await scene.must("block", "production", image("web", "1.12.0"), "--reason", "loses carts");
    await scene.must("block", "production", `${registry.host}/shop/web@${digest}`, "--reason", "leaks");
    const { images } = await json("--dry-run");
    const web = images.find(({ application }) => application === "web");
    assert.equal(web?.becomes?.split(":").at(-1), "1.10.0");
    assert.deepEqual(
      web.skipped.map(({ tag }) => tag),
      ["1.12.1", "1.12.0"],
    );
    assert.match(web.skipped[1]?.reason ?? "", /loses carts/);
    await must("--yes");
    assert.match(await scene.file("config", branch, "environments/production/images.yaml"), /1\.10\.0/);
  });

  it("writes digests where that is asked for, follows a tag that moves, and reports one that moved", async () => {
    const stable = await registry.push("shop/till", "stable", { note: "one", index: true });
    await setUp({ web: '{ semver: ">=1.0 <1.11", digest: true }', till: "{ follow: stable }" });
    await must("--yes");
    const text = await scene.file("config", branch, "environments/production/images.yaml");
    const [, pinned = ""] = /digest: (sha256:[0-9a-f]{64})/.exec(text) ?? [];
    assert.match(
      await scene.file("config", branch, "environments/production/till.yaml"),
      new RegExp(`digest: ${stable}`),
    );
    await scene.commit({
      ...versions("1.10.0", "main-10", "b1"),
      "environments/production/images.yaml": `images: { ${registry.host}/shop/web: { tag: "1.10.0", digest: "${pinned}" } }\n`,
    });
    const moved = await registry.push("shop/web", "1.10.0", { note: "another" });
    const { images } = await json("web", "--dry-run");
    assert.equal(images[0]?.state, "current");
    assert.equal(images[0].moved, moved);
    assert.match(await must("web", "--dry-run"), /is another image by now/);
  });

  it("never goes back, and says what it cannot compare", async () => {
    await scene.commit(versions("2.1.0-rc.1", "main-99", "unknown"));
    await setUp();
    const { exitCode, images, errors, state } = await json("--yes");
    assert.deepEqual(
      images.map((each) => [each.application, each.state]),
      [
        ["api", "current"],
        ["till", "unknown"],
        ["web", "current"],
      ],
    );
    assert.equal(state, "nothing");
    assert.deepEqual([exitCode, errors.map(({ code }) => code)], [1, ["IMAGES_REFUSED"]]);
  });

  it("writes nothing while a registry is down, but for the applications that are named", async () => {
    await scene.commit(versions("1.2.0", "main-9", "b2"));
    const other = "127.0.0.1:1/shop/other";
    await scene.commit({ "apps/other/other.yaml": deployment("other", `${other}:1.0.0`) });
    const more = document({}, registries()).replace(
      "policy:",
      `  other: { tenant: shop, path: apps/other, images: { "${other}": { semver: "*" } } }\npolicy:`,
    );
    await scene.document({ production: more });
    const before = (await list()).length;
    const { exitCode, state, images } = await json("--yes");
    assert.deepEqual([exitCode, state], [4, "refused"]);
    assert.equal(images.find(({ application }) => application === "other")?.state, "unknown");
    assert.equal(images.find(({ application }) => application === "api")?.becomes?.endsWith(":main-10"), true);
    await fails("REGISTRY_UNREACHABLE", "--yes");
    assert.equal((await list()).length, before);
    await must("api", "--yes");
    assert.ok((await opened()).some(({ head }) => head.ref === "driftless/images/production/api"));
  });

  it("commits to the branch itself where that is allowed, and leaves out what is frozen", async () => {
    await setUp();
    await fails("IMAGES_REFUSED", "--direct", "--yes");
    await setUp({}, "promotion: { from: staging }\n");
    await fails('takes changes from "staging", and --direct would go round that', "--direct", "--yes");
    const direct = registries().replace("registries:", "direct: true, registries:");
    const frozen = document({}, direct).replace(
      "path: apps/web,",
      'path: apps/web, safety: { freeze: [{ cron: "* * * * *", duration: 2h }] },',
    );
    await scene.document({ production: frozen });
    const { exitCode, printed } = await run("--direct", "--yes");
    assert.equal(exitCode, 3, printed);
    assert.match(printed, /IMAGES_WAITING "web" in "production" is frozen, by applications\.web\.safety\.freeze/);
    for (const [path, text] of Object.entries(versions("1.2.0", "main-10", "b1"))) {
      assert.equal(await scene.file("config", "main", path), text, path);
    }
    await scene.document({ production: document({}, direct) });
    await must("--direct", "--yes");
    assert.match(await scene.file("config", "main", "environments/production/images.yaml"), /1\.10\.0/);
    assert.match(await must("--direct", "--yes"), /every image is the newest one/);
  });

  it("closes what it has opened and is not needed any more, says why, and leaves alone what others have pushed to", async () => {
    const heads = async () => (await opened()).map(({ head }) => head.ref).sort();
    await setUp();
    await must("--yes");
    assert.deepEqual(await heads(), []);
    await registry.push("shop/web", "1.13.0", { note: "1.13.0" });
    await registry.push("shop/api", "main-12", { note: "main-12" });
    for (const args of [[], ["web"], ["api"]]) await must(...args, "--yes");
    assert.deepEqual(
      await heads(),
      ["all", "api", "web"].map((each) => `driftless/images/production/${each}`),
    );
    await scene.git(scene.folder("config"), "fetch", "--quiet", "origin", "driftless/images/production/api");
    await scene.overwrite("config", "driftless/images/production/api");

    await scene.must("block", "production", image("web", "1.13.0"), "--reason", "loses carts");
    await scene.must("block", "production", image("api", "main-12"), "--reason", "slow");
    assert.match(await must("web", "--dry-run"), /^would be closed: https:.*\/pulls\/\d+$/m);
    await fails("USAGE", "web");
    assert.equal((await heads()).length, 3);
    assert.match(await must("web", "--yes"), /^closed https:/m);
    assert.deepEqual(
      await heads(),
      ["all", "api"].map((each) => `driftless/images/production/${each}`),
    );
    const { closed, state } = await json("--yes");
    assert.deepEqual([closed.length, state], [1, "nothing"]);
    assert.deepEqual(await heads(), ["driftless/images/production/api"], "somebody else has pushed to it");
    const [number = 0] = closed.map((each) => each.number);
    const said = comments.parse(await scene.gitea.api("GET", `/repos/platform/config/issues/${number}/comments`));
    assert.equal(said.length, 1);
    assert.match(
      said[0]?.body ?? "",
      /Closed by `driftless images production`: at `main` \(`[0-9a-f]{7}`\), every image/,
    );
    assert.match(said[0]?.body ?? "", /not `.*web:1\.13\.0`: kept out of production: loses carts/);
    assert.doesNotMatch(await must("--yes"), /closed/);

    // Nobody has said no to it.
    await scene.must("unblock", "production", image("web", "1.13.0"), "--reason", "found the carts");
    assert.match(await must("--yes"), /^created https:/m);
  });
});
