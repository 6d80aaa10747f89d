import assert from "node:assert/strict";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "mocha";
import { z } from "zod";
import { createPerson } from "../support/people.ts";
import { PromotionScene } from "../support/promotion-scene.ts";
import { configMap, deployment } from "../support/sample.ts";

const comments = z.array(z.object({ id: z.number(), body: z.string() }));
const pull = z.object({ number: z.number() });

/** A Secret with a value that nobody must read. */
const secret = (value: string): string =>
  `apiVersion: v1\nkind: Secret\nmetadata: { name: login }\nstringData: { password: ${value} }\n`;

const manifests = {
  "apps/web/web.yaml": deployment("web"),
  "apps/web/login.yaml": secret("never-shown-1"),
  "apps/api/kustomization.yaml": "resources: [api.yaml]\n",
  "apps/api/api.yaml": deployment("api"),
  "apps/old/old.yaml": configMap("old"),
};

describe("driftless review", function () {
  this.timeout(600_000);
  let scene: PromotionScene;
  let first = "";
  let second = "";

  before(async () => {
    scene = await PromotionScene.start({ cluster: false });
    first = await scene.commit(manifests);
    second = await scene.commit({
      "apps/web/web.yaml": deployment("web", "registry.example.com/web:1.1.0"),
      "apps/web/login.yaml": secret("never-shown-2"),
    });
    await scene.document({ dev: document("dev", first), production: document("production", first) });
  });
  after(() => scene?.remove());

  const document = (name: string, revision: string, rest = "", policy = "{ all: advisory }"): string =>
    `apiVersion: driftless.dev/v1alpha1
kind: Environment
metadata: { name: ${name} }
source: { repo: "${scene.config}", revision: ${revision} }
clusters: { eu: { kubeconfig: {} }, us: { kubeconfig: {} } }
tenants: { shop: { namespaces: [shop], podSecurity: baseline, clusters: [eu, us] } }
applications:
  web: { tenant: shop, path: apps/web }
  api: { tenant: shop, path: apps/api }
  old: { tenant: shop, path: apps/old, clusters: [eu] }
policy: { config: ${policy} }
forges: { "${scene.gitea.host}": { kind: gitea } }
${rest}`;

  const git = (repo: "config" | "control", ...args: readonly string[]): Promise<string> =>
    scene.git(scene.folder(repo), ...args);

  /** Commits files on a branch that begins at main, and checks it out; `null` removes a file. */
  const branch = async (
    repo: "config" | "control",
    name: string,
    files: Readonly<Record<string, string | null>>,
  ): Promise<void> => {
    await git(repo, "checkout", "--quiet", "-B", name, "main");
    for (const [path, text] of Object.entries(files)) {
      const file = join(scene.folder(repo), path);
      if (text === null) await rm(file, { recursive: true });
      else {
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, text);
      }
    }
    await git(repo, "add", "--all");
    await git(repo, "commit", "--quiet", "--message", name);
  };
  const environment = (name: string): string => `environments/${name}.yaml`;
  const review = (args: readonly string[], env: Record<string, string> = {}) =>
    scene.run(["review", "--base", "main", ...args], env);
  const passes = async (...args: readonly string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await review(args);
    assert.equal(exitCode, 0, stdout + stderr);
    assert.doesNotMatch(stdout, /never-shown/);
    return stdout;
  };
  const fails = async (pattern: RegExp, ...args: readonly string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await review(args);
    assert.equal(exitCode, 1, stdout + stderr);
    assert.match(stdout + stderr, pattern);
    return stdout;
  };

  it("says what a moved pin changes, in the environment that it is moved in, and is not fooled by one that is not", async () => {
    await branch("control", "pin", { [environment("production")]: document("production", second) });
    const text = await passes("--markdown");
    assert.match(text, /^<!-- driftless: review -->\n### Review of `[0-9a-f]{7}` against `[0-9a-f]{7}`/);
    assert.match(text, /1 environment, 2 clusters, 1 tenant and 1 application touched: 4 to update/);
    assert.match(text, /Untouched: `dev`\./);
    assert.match(text, /Deployment\.apps shop\/web on eu, us {2}# apps\/web\/web\.yaml:1/);
    assert.match(text, /\+ .*image: registry\.example\.com\/web:1\.1\.0/);
    assert.match(text, /stringData\.password: \[secret\]/);
    const digest = /plan `(sha256:[0-9a-f]{64})`/.exec(text)?.[1];
    const planned = z.object({ plan: z.object({ digest: z.string() }) });
    const { plan } = planned.parse(JSON.parse(await scene.must("plan", "production", "--json")));
    assert.equal(digest, plan.digest, "the digest is the one that would be approved");
  });

  it("puts what is lost first, with what `up` will ask for", async () => {
    const without = document("production", first).replace(/^ {2}old:.*\n/m, "");
    await branch("control", "without", { [environment("production")]: without });
    const text = await passes("--markdown");
    assert.match(text, /> \[!CAUTION\]\n> - `production`: `ConfigMap shop\/old on eu` is deleted/);
    assert.match(text, /EMPTY_APPLICATION/);
    assert.ok(text.indexOf("CAUTION") < text.indexOf("<details>"));
  });

  it("forecasts what rules about a run and freeze windows would say, and fails for neither", async () => {
    const rules = "{ all: advisory, deletions-limited: { enforcementLevel: mandatory, maxDeletions: 0 } }";
    const weekend = 'safety: { freeze: [{ cron: "0 0 29 2 *", duration: 1h, timezone: UTC }] }\n';
    const without = document("production", first, weekend, rules).replace(/^ {2}old:.*\n/m, "");
    await branch("control", "forecast", { [environment("production")]: without });
    const text = await passes("--markdown");
    assert.match(
      text,
      /deletions-limited: deletions: 1 deletion, allowed: 0 &#40;a forecast from Git alone: an update would be refused&#41;/,
    );
    assert.match(text, /EMPTY_APPLICATION.*a forecast from Git alone/);
    assert.match(
      text,
      /Freeze windows, as of 20.* UTC; no failure of this change:\n\n- `production`: may change until 20\d\d-02-29 00:00:00 UTC/,
    );
    assert.match(await passes(), /^freeze windows now {2}may change until 20\d\d-02-29/m);
  });

  it("says who has approved an earlier plan, and what changed since; that the notes cannot be read is no failure", async () => {
    const bob = await createPerson(dirname(scene.folder("control")), "bob");
    const asks = `approvals: { required: 1, people: { ${bob.email}: { keys: ["${bob.key}"] } } }\n`;
    await branch("control", "asks", { [environment("production")]: document("production", first, asks) });
    await git("control", "checkout", "--quiet", "-B", "proposal");
    const move = async (revision: string): Promise<void> => {
      const file = join(scene.folder("control"), environment("production"));
      await writeFile(file, document("production", revision, asks));
      await git("control", "commit", "--quiet", "--all", "--message", "Move the pin");
    };
    const proposal = async (...more: readonly string[]): Promise<string> => {
      const { exitCode, stdout, stderr } = await scene.run(["review", "--base", "asks", ...more]);
      assert.equal(exitCode, 0, stdout + stderr);
      return stdout;
    };
    await move(second);
    assert.doesNotMatch(await proposal(), /^earlier/m);
    const who = { ...bob.env, GIT_COMMITTER_EMAIL: bob.email, GIT_AUTHOR_EMAIL: bob.email };
    const { exitCode, stderr } = await scene.run(["approve", "production", "--yes"], who);
    assert.equal(exitCode, 0, stderr);
    assert.doesNotMatch(await proposal(), /^earlier/m, "it is the plan of the head");
    await move(await scene.commit({ "apps/web/more.yaml": configMap("more") }));
    const told =
      /bob@example\.com approved sha256:[0-9a-f]{12} on 20.* UTC; since then the commit \([0-9a-f]{7}, now [0-9a-f]{7}\) and objects changed$/m;
    assert.match(await proposal(), new RegExp(`^earlier   ${told.source}`, "m"));
    assert.match(
      await proposal("--markdown"),
      /^- `production`: pin .*\n {2}- earlier.*bob&#64;&#8203;example\.com approved/m,
    );
    await git("control", "remote", "set-url", "origin", "https://127.0.0.1:1/none.git");
    assert.match(await proposal(), /^approvals unknown: The approvals could not be read from the remote origin/m);
    await git("control", "remote", "set-url", "origin", `${scene.gitea.url}/platform/control.git`);
  });

  it("says which guards a change takes away", async () => {
    const guarded = document("production", first, "safety: { maxDeletions: 50% }\n");
    await branch("control", "guards", { [environment("production")]: guarded });
    assert.match(await passes("--markdown"), /what guards it changes: `safety`/);
  });

  it("fails on a mandatory rule that is broken, and says that one is mended", async () => {
    const strict = document("production", second, "", "{ image-digest-required: mandatory, all: advisory }");
    await branch("control", "strict", { [environment("production")]: strict });
    const text = await fails(/❌ \*\*POLICY_VIOLATION\*\* `apps\/web\/web\.yaml:\d+/, "--markdown");
    assert.match(text, /what guards it changes: `policy`/);
    const { exitCode, stdout } = await scene.run(["review", "--base", "strict", "--head", "pin", "--json"]);
    assert.equal(exitCode, 0, "against their common ancestor");
    assert.deepEqual(z.object({ kind: z.string() }).parse(JSON.parse(stdout)), { kind: "Review" });
  });

  it("tells of environments that come, go and cannot be read, and goes on with the others", async () => {
    await branch("control", "several", {
      [environment("dev")]: null,
      [environment("staging")]: document("staging", second),
      [environment("production")]: `${document("production", first)}surprise: true\n`,
    });
    const text = await fails(/surprise/, "--markdown");
    assert.match(text, /`dev`: its document is gone\. That deletes nothing/);
    assert.match(text, /\| `staging` \(new\) \|/);
    assert.match(text, /> \[!WARNING\]\n> - `production`: could not be compared: at the head,/);
    assert.match(text, /`environments\/production\.yaml:\d+/);
  });

  it("compares the rest where one application cannot be rendered, on either side", async () => {
    const broken = await scene.commit({ "apps/api/kustomization.yaml": "resources: [missing.yaml]\n" });
    await branch("control", "broken", { [environment("production")]: document("production", broken) });
    const text = await fails(/PATH_NOT_FOUND/, "--markdown");
    assert.match(text, /`api` could not be compared: at the head, it cannot be rendered/);
    assert.match(text, /Deployment\.apps shop\/web on eu, us/);
    assert.doesNotMatch(text, /shop\/api.*is deleted/);
    assert.match(text, /no plan can be made/);

    await git("control", "checkout", "--quiet", "-B", "main", "broken");
    await branch("control", "mended", { [environment("production")]: document("production", second) });
    assert.match(await passes("--markdown"), /`api` could not be compared: at the base, it cannot be rendered/);
    await git("control", "checkout", "--quiet", "-B", "main", "origin/main");
  });

  it("says what is wrong with the commits that it is asked about", async () => {
    await git("control", "checkout", "--quiet", "pin");
    assert.match(
      (await scene.run(["review", "--base", "nowhere"])).stderr,
      /COMMIT_NOT_FOUND This clone has no commit/,
    );
    await git("control", "checkout", "--quiet", "--orphan", "stranger");
    await git("control", "commit", "--quiet", "--message", "stranger");
    assert.match((await review([])).stderr, /have no commit in common/);
    await git("control", "checkout", "--quiet", "pin");
    const shallow = join(scene.folder("control"), "..", "shallow");
    await git(
      "control",
      "clone",
      "--quiet",
      "--depth",
      "1",
      "--branch",
      "pin",
      `file://${scene.folder("control")}`,
      shallow,
    );
    await writeFile(join(shallow, "Pulumi.yaml"), "name: driftless\nruntime: nodejs\n");
    const { stderr } = await scene.run(["-C", shallow, "review"], { GITHUB_BASE_REF: "main" });
    assert.match(stderr, /it is shallow.*\n.*fetch-depth: 0/);
    await rm(shallow, { recursive: true });
  });

  it("takes the clone of the config repository for what every environment would follow", async () => {
    await git("config", "checkout", "--quiet", "-B", "main", second);
    await branch("config", "change", {
      "apps/api/api.yaml": deployment("api", "registry.example.com/api:@everyone-#1"),
      "apps/web/more.yaml": configMap("more"),
    });
    const text = await passes("--source", scene.folder("config"), "--name", "manifests", "--markdown");
    assert.match(text, /^<!-- driftless: review manifests -->/);
    assert.match(text, /2 environments, 2 clusters, 1 tenant and 2 applications touched: 4 to create, 4 to update/);
    assert.match(text, /The commit that a merge makes is another one/);
    const unreadable = join(scene.folder("control"), environment("unreadable"));
    await writeFile(unreadable, "kind: [\n");
    const failed = await fails(/`unreadable`: could not be compared/, "--source", scene.folder("config"), "--markdown");
    assert.match(failed, /3 environments, 2 clusters/);
    await rm(unreadable);
    await git("config", "checkout", "--quiet", "main");
  });

  describe("on a forge", () => {
    let number = 0;
    const read = async (): Promise<z.infer<typeof comments>> =>
      comments.parse(await scene.gitea.api("GET", `/repos/platform/control/issues/${number}/comments`));
    const post = (...args: readonly string[]): Promise<string> => passes("--pr", String(number), ...args);

    before(async () => {
      await git("control", "checkout", "--quiet", "pin");
      await git("control", "push", "--quiet", "--force", "origin", "pin", "without");
      const body = { head: "pin", base: "main", title: "Move the pin" };
      number = pull.parse(await scene.gitea.api("POST", "/repos/platform/control/pulls", body)).number;
    });

    it("keeps one comment up to date, and another for another name, among any number of others", async () => {
      for (let other = 0; other < 60; other++) {
        await scene.gitea.api("POST", `/repos/platform/control/issues/${number}/comments`, {
          body: `Comment ${other}`,
        });
      }
      await post();
      await post();
      const { exitCode } = await scene.run(["review", "--base", "main", "--pr"], {
        GITHUB_REF: `refs/pull/${number}/head`,
      });
      assert.equal(exitCode, 0);
      await post("--name", "other");
      await git("control", "checkout", "--quiet", "without");
      await post();
      const ours = (await read()).filter(({ body }) => body.startsWith("<!-- driftless"));
      assert.equal(ours.length, 2);
      assert.match(ours[0]?.body ?? "", /`ConfigMap shop\/old on eu` is deleted/);
      assert.match(ours[1]?.body ?? "", /^<!-- driftless: review other -->/);
    });

    it("writes it again where somebody has deleted it, and on a pull request that is closed", async () => {
      const [ours] = (await read()).filter(({ body }) => body.startsWith("<!-- driftless: review -->"));
      await scene.gitea.api("DELETE", `/repos/platform/control/issues/comments/${ours?.id}`);
      await scene.gitea.api("PATCH", `/repos/platform/control/pulls/${number}`, { state: "closed" });
      await post();
      assert.equal((await read()).filter(({ body }) => body.startsWith("<!-- driftless: review -->")).length, 1);
    });

    it("prints the review all the same where the forge does not take it, and fails", async () => {
      const token = { GITEA_TOKEN: "0".repeat(40) };
      const denied = await review(["--pr", String(number), "--markdown"], token);
      assert.equal(denied.exitCode, 1);
      assert.match(denied.stderr, /FORGE_DENIED/);
      assert.match(denied.stdout, /is deleted/);
      const none = await review(["--pr", String(number)], { GITEA_TOKEN: "", GIT_ASKPASS: "" });
      assert.equal(none.exitCode, 1, none.stderr);
      assert.match(none.stderr, /FORGE_TOKEN_MISSING/);
      assert.match(none.stdout, /is deleted|1 to delete/);
      const missing = await review(["--pr", "4711"]);
      assert.equal(missing.exitCode, 1, missing.stderr);
      assert.match(missing.stderr, /FORGE_DENIED/);
    });

    it("does not let a change say where the token goes", async () => {
      const elsewhere = document("production", second).replace(
        "{ kind: gitea }",
        "{ kind: gitea, url: https://127.0.0.1:1 }",
      );
      await branch("control", "elsewhere", { [environment("production")]: elsewhere });
      await post();
    });
  });
});
