import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { z } from "zod";
import { createOpenPgpKey } from "../support/open-pgp.ts";
import { createPerson } from "../support/people.ts";
import { PromotionScene } from "../support/promotion-scene.ts";
import { deployment } from "../support/sample.ts";

const pulls = z.array(
  z.object({
    ...{ number: z.number(), state: z.string(), title: z.string(), body: z.string(), merged: z.boolean() },
    labels: z.array(z.object({ name: z.string() })),
  }),
);
const commit = z.looseObject({
  pullRequest: z.string().optional(),
  mergedBy: z.string().optional(),
  reviewers: z.array(z.string()),
});
const to = ["--from", "staging", "--to", "production"];
const image = (name: string, tag: string): string => `registry.example.com/${name}:${tag}`;

/** Where each kind of application says which version it runs, with everything about it that must stay as it is. */
const images = (tag: string): string =>
  `# Versions\r\nimages:\r\n  registry.example.com/web:   # the shop\r\n    tag: "${tag}"\r\n`;
const overlay = (tag: string): string =>
  `resources: [../../bases/api]\nimages:\n# pinned by promotion\n- {name: registry.example.com/api,   newTag: '${tag}'}\n`;
const values = (tag: string): string =>
  `image:\n    repository: registry.example.com/till\n    tag: ${tag} # see notes\nreplicas:   1\n`;

const shared = {
  "apps/web/web.yaml": deployment("web", image("web", "0.1.0")),
  "bases/api/kustomization.yaml": "resources: [api.yaml]\n",
  "bases/api/api.yaml": deployment("api", image("api", "0.1.0")),
  "charts/till/Chart.yaml": "apiVersion: v2\nname: till\nversion: 1.0.0\n",
  "charts/till/values.yaml": 'image: { repository: "", tag: "" }\nreplicas: 1\n',
  "charts/till/templates/till.yaml": deployment("till", "{{ .Values.image.repository }}:{{ .Values.image.tag }}"),
};
const versions = (environment: string, tag: string): Record<string, string> => ({
  [`environments/${environment}/images.yaml`]: images(tag),
  [`overlays/${environment}/kustomization.yaml`]: overlay(tag),
  [`environments/${environment}/till.yaml`]: values(tag),
});

describe("driftless promote", function () {
  this.timeout(600_000);
  let scene: PromotionScene;
  let first = "";

  before(async () => {
    scene = await PromotionScene.start();
    first = await scene.commit({ ...shared, ...versions("staging", "1.0.0"), ...versions("production", "1.0.0") });
    await scene.document({ staging: staging(first), production: production(first) });
    await scene.must("up", "staging", "--yes");
  });
  after(() => scene?.remove());

  const document = (name: string, revision: string, rest: string): string => `apiVersion: driftless.dev/v1alpha1
kind: Environment
metadata: { name: ${name} }
source:
  repo: ${scene.config}
  revision: ${revision}   # moved by promotion
  images: environments/${name}/images.yaml
clusters: { eu: { kubeconfig: {} } }
tenants: { ${name}: { namespaces: [${name}], podSecurity: baseline } }
applications:
  web: { tenant: ${name}, path: apps/web }
  api: { tenant: ${name}, path: overlays/${name} }
  till: { tenant: ${name}, path: charts/till, helm: { values: [/environments/${name}/till.yaml] } }
policy: { config: { all: advisory } }
forges: { "${scene.gitea.host}": { kind: gitea, labels: [promotion] } }
${rest}`;
  const staging = (revision: string): string => document("staging", revision, "");
  const production = (revision: string, promotion = "from: staging"): string =>
    document("production", revision, `promotion: { ${promotion} }\n`);
  const list = async (repo: string) => {
    return pulls.parse(await scene.gitea.api("GET", `/repos/platform/${repo}/pulls?state=all&limit=50`));
  };
  const fails = async (code: string, args: readonly string[], env: Record<string, string> = {}): Promise<string> => {
    const { exitCode, stdout, stderr } = await scene.run(["promote", ...args, "--yes"], env);
    assert.notEqual(exitCode, 0, stdout);
    assert.ok(stderr.includes(code), stdout + stderr);
    return stderr;
  };
  const branch = "driftless/promote/production/images-all";
  const branches = async (repo: string): Promise<readonly string[]> => {
    const all = await scene.gitea.api("GET", `/repos/platform/${repo}/branches`);
    return z
      .array(z.object({ name: z.string() }))
      .parse(all)
      .map(({ name }) => name);
  };
  const merge = async (repo: string): Promise<void> => {
    const [open] = (await list(repo)).filter(({ state }) => state === "open");
    await scene.gitea.api("POST", `/repos/platform/${repo}/pulls/${open?.number}/merge`, {
      Do: "merge",
      delete_branch_after_merge: true,
    });
  };

  it("has nothing to do where both have the same", async () => {
    assert.match(await scene.must("promote", "--all", ...to, "--yes"), /^nothing to promote/);
  });

  it("refuses a stage that is skipped, an application that is not there, and no application at all", async () => {
    await fails("PROMOTION_REFUSED", ["--all", "--from", "production", "--to", "production"]);
    await fails("PROMOTION_REFUSED", ["--all", "--from", "production", "--to", "staging"]);
    assert.match(await fails("USAGE", ["wbe", ...to]), /Did you mean "web"/);
    await fails("USAGE", to);
    await fails("PROMOTION_REFUSED", ["--all", ...to, "--direct"]);
  });

  it("takes what staging runs, not what its files say", async () => {
    const newer = await scene.commit(versions("staging", "1.1.0"));
    await scene.document({ staging: staging(newer) });
    assert.match(await scene.must("promote", "--all", ...to, "--yes"), /^nothing to promote/);
    await scene.must("up", "staging", "--yes");
    const shown = await scene.must("promote", "--all", ...to, "--dry-run");
    assert.match(shown, /image registry\.example\.com\/web: 1\.0\.0 → 1\.1\.0/);
    assert.deepEqual(await branches("config"), ["main"]);
  });

  it("waits for the soak time, and says when it is over", async () => {
    await scene.document({ production: production(first, "from: staging, soak: 24h") });
    assert.match(await fails("PROMOTION_WAITING", ["--all", ...to]), /Promote it after 20\d\d-/);
    await scene.document({ production: production(first, "from: staging, together: [[web, api]]") });
    assert.match(await fails("PROMOTION_REFUSED", ["web", ...to]), /only promoted together/);
    await scene.document({ production: production(first) });
  });

  it("writes nothing where the forge refuses the token, or cannot be asked", async () => {
    await fails("FORGE_DENIED", ["--all", ...to], { GITEA_TOKEN: "0".repeat(40) });
    const down = production(first).replace("kind: gitea", 'kind: gitea, url: "https://127.0.0.1:9"');
    await scene.document({ production: down });
    await fails("FORGE_UNREACHABLE", ["--all", ...to]);
    await scene.document({ production: production(first) });
    assert.deepEqual(await branches("config"), ["main"]);
  });

  it("says that a protected branch does not take it", async () => {
    const rule = { rule_name: "driftless/**", enable_push: false };
    await scene.gitea.api("POST", "/repos/platform/config/branch_protections", rule);
    await fails("GIT_PUSH_DENIED", ["--all", ...to]);
    await scene.gitea.api("DELETE", "/repos/platform/config/branch_protections/driftless%2F%2A%2A");
    assert.deepEqual(await list("config"), []);
  });

  it("opens one pull request, whoever runs it at the same time, and changes not one byte more", async () => {
    const runs = await Promise.all([1, 2].map(() => scene.run(["promote", "--all", ...to, "--yes"])));
    // The one that was later at the branch may have to be run again.
    assert.ok(
      runs.some(({ exitCode }) => exitCode === 0),
      runs.map(({ stderr }) => stderr).join("\n"),
    );
    await scene.must("promote", "--all", ...to, "--yes");
    const open = (await list("config")).filter(({ state }) => state === "open");
    assert.equal(open.length, 1);
    for (const [path, text] of Object.entries(versions("production", "1.1.0"))) {
      assert.equal(await scene.file("config", branch, path), text, path);
    }
    const changed = await scene.log("config", branch, "%an <%ae>%n%B");
    assert.match(changed, /^Ada <ada@example\.com>\nPromote all applications from staging to production \(images\)\n/);
    for (const line of [
      /^Driftless-From: staging$/m,
      /^Driftless-To: production$/m,
      /^Driftless-Content: sha256:[0-9a-f]{64}$/m,
    ])
      assert.match(changed, line);
    assert.match(changed, /^Signed-off-by: Ada <ada@example\.com>$/m);
    const [{ title = "", body = "", labels = [] } = {}] = open;
    assert.equal(title, "Promote all applications from staging to production (images)");
    assert.deepEqual(
      labels.map(({ name }) => name),
      ["promotion"],
    );
    assert.match(body, /- \[x\] `staging` has run `[0-9a-f]{7}` since 20/);
    assert.match(body, /- \[x\] \d+ objects in `staging` are healthy/);
    assert.match(body, /registry\.example\.com\/till:1\.1\.0/);
  });

  it("leaves a pull request as it is that says so already", async () => {
    assert.match(await scene.must("promote", "--all", ...to, "--yes"), /^unchanged https:/m);
  });

  it("takes a closed pull request for a no, until it is asked again", async () => {
    const [open] = (await list("config")).filter(({ state }) => state === "open");
    await scene.gitea.api("PATCH", `/repos/platform/config/pulls/${open?.number}`, { state: "closed" });
    await fails("PULL_REQUEST_CLOSED", ["--all", ...to]);
    await scene.must("promote", "--all", ...to, "--yes", "--again");
    assert.equal((await list("config")).filter(({ state }) => state === "open").length, 1);
  });

  it("leaves alone what somebody else has put on the branch", async () => {
    await scene.overwrite("config", branch);
    await fails("GIT_BRANCH_TAKEN", ["--all", ...to]);
    assert.match(await scene.log("config", branch), /^Somebody else/);
    await scene.gitea.api("DELETE", `/repos/platform/config/branches/${branch.replaceAll("/", "%2F")}`);
  });

  it("finishes what broke off between the push and the pull request", async () => {
    const count = (await list("config")).length;
    // May read: the branch is pushed with Git's own credentials, and the pull request is refused.
    const token = await scene.gitea.user("bob", "read");
    await fails("FORGE_DENIED", ["--all", ...to, "--again"], { GITEA_TOKEN: token });
    assert.ok((await branches("config")).includes(branch));
    assert.equal((await list("config")).length, count);
    await scene.must("promote", "--all", ...to, "--yes", "--again");
    assert.equal((await list("config")).length, count + 1);
  });

  it("moves the pin once the images are merged, by a pull request in the repository of the documents", async () => {
    const alice = await scene.gitea.user("alice");
    await scene.gitea.api("PUT", "/repos/platform/config/collaborators/alice", { permission: "write" });
    const [offered] = (await list("config")).filter(({ state }) => state === "open");
    const review = { event: "APPROVED", body: "Good" };
    await scene.gitea.api("POST", `/repos/platform/config/pulls/${offered?.number}/reviews`, review, alice);
    await merge("config");
    const shown = await scene.must("promote", "--all", ...to, "--yes");
    assert.match(shown, /once it is merged: git pull, then driftless up production/);
    const [open, ...rest] = await list("control");
    assert.equal(open?.title, "Promote all applications from staging to production (pin)");
    assert.equal(rest.length, 0);
    await merge("control");
    const before = production(first);
    await scene.pull();
    const pinned = await scene.read("production");
    const now = /revision: ([0-9a-f]{40}) /.exec(pinned)?.[1] ?? "";
    assert.notEqual(now, first);
    assert.equal(pinned, before.replace(first, now));
    assert.match(await scene.must("promote", "--all", ...to, "--yes"), /^nothing to promote/);
    assert.match(await scene.must("render", "production", "api"), /registry\.example\.com\/api:1\.1\.0/);
  });

  it("is in the audit of what runs it: with the pull request, who merged it, and who approved it there", async () => {
    const newer = await scene.commit({ "README.md": "Shop\n" });
    await scene.document({ staging: staging(newer) });
    await scene.must("up", "staging", "--yes");
    const audited = z.object({
      environments: z.array(z.object({ updates: z.array(z.looseObject({ commits: z.array(commit).optional() })) })),
    });
    const merges = async (...more: readonly string[]) => {
      const printed = JSON.parse(await scene.must("audit", "staging", "--format", "json", ...more)) as unknown;
      const [{ updates: [newest] } = { updates: [] }] = audited.parse(printed).environments;
      return (newest?.commits ?? []).filter(({ mergedBy }) => mergedBy !== undefined);
    };
    const [merged, ...rest] = await merges();
    assert.equal(rest.length, 0);
    assert.match(merged?.pullRequest ?? "", /\/pulls\/\d+$|^#\d+$/);
    assert.match(merged?.mergedBy ?? "", /platform/);
    assert.match((await merges("--forge"))[0]?.reviewers.join() ?? "", /alice \(127\.0\.0\.1:\d+\/platform\/config\)/);
    const { stderr, exitCode } = await scene.run(["audit", "staging", "--forge"], { GITEA_TOKEN: "0".repeat(40) });
    assert.deepEqual([exitCode, /who approved pull requests is as the commits say/.test(stderr)], [0, true], stderr);
  });

  it("does not take along what staging has not run", async () => {
    const newer = await scene.commit(versions("staging", "1.2.0"));
    await scene.document({ staging: staging(newer) });
    await scene.must("up", "staging", "--yes");
    await scene.commit({
      ...versions("production", "1.2.0"),
      "apps/web/web.yaml": deployment("web").replace("100m", "200m"),
    });
    assert.match(
      await fails("PROMOTION_REFUSED", ["--all", ...to]),
      /has changes that "staging" has not run: Deployment.*web/,
    );
    await scene.commit({ "apps/web/web.yaml": shared["apps/web/web.yaml"] });
  });

  it("asks policy and drift where the document says so, and the block list always", async () => {
    const pinned = await scene.read("production");
    const asking = (requires: string): string =>
      pinned.replace("from: staging", `from: staging, requires: [${requires}]`);
    const digests = asking("policy").replace("all: advisory", "all: advisory, image-digest-required: mandatory");
    await scene.document({ production: digests });
    assert.match(
      await fails("PROMOTION_REFUSED", ["--all", ...to]),
      /would break a mandatory rule of "production": image-digest-required at /,
    );
    await scene.document({ production: asking("in-sync") });
    await scene.kubectl("-n", "staging", "set", "env", "deployment/web", "DEBUG=1");
    assert.match(await fails("PROMOTION_REFUSED", ["--all", ...to]), /An object of what runs in "staging" has drifted/);
    await scene.must("up", "staging", "--heal", "--yes");
    assert.match(await scene.must("promote", "--all", ...to, "--dry-run"), /nothing.*drifted|registry\.example\.com/);
    await scene.document({ production: pinned });
    await scene.must("block", "production", image("web", "1.2.0"), "--reason", "leaks");
    assert.match(await fails("IMAGE_BLOCKED", ["--all", ...to]), /web:1\.2\.0 of the application "web" is kept out/);
    await scene.must("unblock", "production", image("web", "1.2.0"), "--reason", "mended");
    const tip = (await scene.git(scene.folder("config"), "rev-parse", "HEAD")).trim();
    await scene.must("block", "production", tip, "--reason", "broken");
    await fails("REVISION_BLOCKED", ["--all", ...to]);
    await scene.must("unblock", "production", tip, "--reason", "mended");
    assert.equal((await list("control")).filter(({ state }) => state === "open").length, 0, "nothing was offered");
  });

  it("signs its commits with the key that Git is configured with: SSH or OpenPGP", async function () {
    const ssh = await createPerson(scene.folder("config"), "ada-signs");
    const pgp = await createOpenPgpKey("Ada <ada@example.com>");
    if (pgp === undefined) return this.skip();
    const settings = (pairs: Readonly<Record<string, string>>): Record<string, string> => ({
      GIT_CONFIG_COUNT: String(Object.keys(pairs).length),
      ...Object.fromEntries(
        Object.entries(pairs).flatMap(([key, text], at) => [
          [`GIT_CONFIG_KEY_${at}`, key],
          [`GIT_CONFIG_VALUE_${at}`, text],
        ]),
      ),
    });
    const key = join(ssh.env["HOME"] ?? "", "key");
    const ways = {
      SSH: settings({ "gpg.format": "ssh", "user.signingkey": key, "commit.gpgsign": "true" }),
      PGP: {
        ...settings({ "user.signingkey": pgp.fingerprint, "commit.gpgsign": "true" }),
        GNUPGHOME: pgp.home,
      },
    };
    try {
      for (const [name, env] of Object.entries(ways)) {
        const head = `signed/${name}`;
        const { exitCode, stderr } = await scene.run(["promote", "--all", ...to, "--branch", head, "--yes"], env);
        assert.equal(exitCode, 0, stderr);
        await scene.log("control", head);
        const commit = await scene.git(scene.folder("control"), "cat-file", "commit", "FETCH_HEAD");
        assert.match(commit, new RegExp(`^gpgsig -----BEGIN ${name} SIGNATURE-----$`, "m"));
        await scene.gitea.api("DELETE", `/repos/platform/control/branches/signed%2F${name}`);
      }
    } finally {
      await pgp.remove();
    }
  });

  it("commits to the branches themselves where that is allowed, and not in a freeze", async () => {
    await scene.commit(versions("production", "1.1.0"));
    const pinned = (await scene.read("production")).replace("from: staging", "from: staging, direct: true");
    const frozen = `${pinned}safety: { freeze: [{ cron: "* * * * *", duration: 2h }] }\n`;
    await scene.document({ production: frozen });
    await fails("PROMOTION_WAITING", ["--all", ...to, "--direct"]);
    await scene.document({ production: pinned });
    const runs = await Promise.all([1, 2].map(() => scene.run(["promote", "--all", ...to, "--direct", "--yes"])));
    for (const { exitCode, stderr } of runs) assert.ok(exitCode === 0 || stderr.includes("GIT_BRANCH_MOVED"), stderr);
    await scene.pull();
    if (runs.every(({ exitCode }) => exitCode !== 0)) await scene.must("promote", "--all", ...to, "--direct", "--yes");
    await scene.pull();
    assert.match(await scene.must("render", "production", "till"), /registry\.example\.com\/till:1\.2\.0/);
    assert.match(await scene.must("promote", "--all", ...to, "--direct", "--yes"), /^nothing to promote/);
  });

  it("says that somebody has rewritten the branch under what staging runs", async () => {
    const newer = await scene.commit(versions("staging", "1.3.0"));
    await scene.document({ staging: staging(newer) });
    await scene.must("up", "staging", "--yes");
    await scene.commit(versions("production", "1.3.0"));
    const folder = scene.folder("config");
    const rewritten = await scene.git(folder, "commit-tree", "HEAD^{tree}", "-p", "HEAD~2", "-m", "Rewritten");
    await scene.git(folder, "push", "--quiet", "--force", "origin", `${rewritten.trim()}:refs/heads/main`);
    const said = await fails("PROMOTION_REFUSED", ["--all", ...to]);
    assert.match(said, /does not have the commit [0-9a-f]{7} that "staging" runs: somebody has rewritten it/);
  });

  it("is taken back by a pull request too, where a rollback is offered for review", async () => {
    await scene.git(scene.folder("config"), "fetch", "--quiet", "origin", "main");
    await scene.git(scene.folder("config"), "reset", "--quiet", "--hard", "FETCH_HEAD");
    const bad = await scene.commit({ "apps/web/web.yaml": deployment("web", image("web", "9.0.0")) });
    await scene.document({ production: production(bad) });
    const asked = ["rollback", "production", "--to", first, "--reason", "Wrong web", "--no-apply", "--review", "--yes"];
    const shown = await scene.must(...asked);
    const [open, ...rest] = (await list("control")).filter(({ state }) => state === "open");
    assert.equal(rest.length, 0);
    assert.match(open?.title ?? "", new RegExp(`^Roll back production to ${first.slice(0, 7)}$`));
    assert.match(open?.body ?? "", new RegExp(`Wrong web[^]*pins \`${first}\`[^]*keeps \`${bad}\` out`));
    assert.equal(open?.labels[0]?.name, "promotion");
    assert.match(shown, new RegExp(`for review; merge it\\. https://.*/pulls/${open?.number}$`, "m"));
    const head = "driftless/rollback/production";
    assert.match(await scene.file("control", head, "environments/production.yaml"), new RegExp(`revision: ${first} `));
    assert.match(await scene.file("control", head, "environments/_blocked.yaml"), new RegExp(bad));
  });
});
