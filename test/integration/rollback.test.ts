import assert from "node:assert/strict";
import { readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { z } from "zod";
import { DeliveryEnvironment } from "../support/delivery-environment.ts";
import { playing } from "../support/delivery.ts";
import { configMap, deployment } from "../support/sample.ts";

const list = z.object({
  updates: z.array(
    z.looseObject({ kind: z.string(), reason: z.string().optional(), exception: z.string().optional() }),
  ),
});
const image = "registry.example.com/web";
const by = {
  GIT_AUTHOR_NAME: "Ada",
  GIT_AUTHOR_EMAIL: "ada@example.com",
  GIT_COMMITTER_NAME: "Ada",
  GIT_COMMITTER_EMAIL: "ada@example.com",
};

describe("Rolling back", function () {
  this.timeout(300_000);
  let dev: DeliveryEnvironment;
  let [good, bad, revision] = ["", "", ""];

  before(async () => {
    dev = await DeliveryEnvironment.start("rollback");
    good = await release("1");
    await dev.must("up", "dev", "--yes");
    bad = await release("2");
    await dev.must("up", "dev", "--yes");
  });
  after(() => dev.remove());

  /** Commits a release in which each application says something, pins it, and returns it. */
  async function release(web: string, till = web, more: Readonly<Record<string, string>> = {}): Promise<string> {
    await dev.commit({
      "web/web.yaml": `${configMap("web", web)}---\n${deployment("web", image)}`,
      "till/till.yaml": configMap("till", till),
      "images.yaml": `# tags\nimages:\n  ${image}: { tag: "${web}.0.0" } # of web\n`,
      ...more,
    });
    await dev.write(`applications:
  web: { tenant: shop, path: web }
  till: { tenant: shop, path: till }
policy: { config: { all: advisory } }
`);
    await edit((text) => text.replace("local: true,", "local: true, images: images.yaml,"));
    revision = await pin();
    return revision;
  }
  const document = (): string => join(dev.project.folder, "environments", "dev.yaml");
  const edit = async (change: (text: string) => string): Promise<void> =>
    dev.project.write("environments/dev.yaml", change(await readFile(document(), "utf8")));
  const pin = async (): Promise<string> =>
    /revision: ([0-9a-f]{40})/.exec(await readFile(document(), "utf8"))?.[1] ?? "";
  const value = (name: string): Promise<string> => dev.kubectl("get", "configmap", name, "-o", "jsonpath={.data.key}");
  const run = (...args: readonly string[]) => dev.run(args, { env: by });
  const codes = async (...args: readonly string[]) => dev.codes(...args);
  const newest = async () => list.parse(await dev.json("history", "dev", "--limit", "1")).updates[0];

  it("brings back the last good commit, says so in the history, and asks for a reason", async () => {
    assert.deepEqual(await codes("rollback", "dev", "--yes"), ["USAGE"]);
    const { exitCode, stdout, stderr } = await run("rollback", "dev", "--reason", "till is wrong", "--yes");
    assert.equal(exitCode, 0, stderr + stdout);
    assert.equal(await pin(), good);
    assert.deepEqual([await value("web"), await value("till")], ["1", "1"]);
    const { kind, reason } = (await newest()) ?? {};
    assert.deepEqual([kind, reason], ["rollback", "till is wrong"]);
  });

  it("sticks: nothing brings the bad commit in again, nor one that says the same", async () => {
    assert.deepEqual(await codes("pin", "dev"), ["REVISION_BLOCKED"]);
    assert.deepEqual(await codes("pin", "dev", "--to", bad), ["REVISION_BLOCKED"]);
    assert.deepEqual(await codes("plan", "dev", "--revision", bad), ["REVISION_BLOCKED"]);
    assert.deepEqual(await codes("rollback", "dev", "--to", bad, "--reason", "back", "--yes"), ["REVISION_BLOCKED"]);
    await edit((text) => text.replace(good, bad));
    assert.deepEqual(await codes("up", "dev", "--yes"), ["REVISION_BLOCKED"]);
    assert.deepEqual(await codes("preview", "dev"), ["REVISION_BLOCKED"]);
    await edit((text) => text.replace(bad, good));
    await dev.project.commit({ "README.md": "unrelated\n" });
    const { exitCode, stderr } = await run("pin", "dev");
    assert.equal(exitCode, 1);
    assert.match(
      stderr,
      /^environments\/_blocked\.yaml:\d+:\d+: REVISION_BLOCKED At [0-9a-f]{7}, the applications "till", "web" would be what the blocked commit [0-9a-f]{7} made of it/m,
    );
    assert.equal(await pin(), good);
    assert.equal((await dev.must("diff", "dev", "--from", good, "--to", bad)).exitCode, 0);
  });

  it("lets in what mends it, and the commit itself once somebody lets it back", async () => {
    const mended = await dev.project.commit({
      "web/web.yaml": configMap("web", "3"),
      "till/till.yaml": configMap("till", "3"),
    });
    await dev.must("pin", "dev", "--to", mended);
    await dev.must("pin", "dev", "--to", good);
    assert.deepEqual(await codes("unblock", "dev", good, "--reason", "x"), ["BLOCK_NOT_FOUND"]);
    await dev.must("unblock", "dev", bad, "--reason", "it was the network");
    await dev.must("pin", "dev", "--to", bad);
    assert.match(await dev.must("plan", "dev").then(({ stdout }) => stdout), /web/);
  });

  it("keeps an image out in whatever commit it comes", async () => {
    await dev.must("pin", "dev", "--to", good);
    await dev.must("block", "dev", `${image}:2.0.0`, "--reason", "leaks");
    assert.deepEqual(await codes("pin", "dev", "--to", bad), ["IMAGE_BLOCKED"]);
    assert.deepEqual(await codes("block", "dev", "web", "--reason", "x"), ["USAGE"]);
    await dev.must("unblock", "dev", `${image}:2.0.0`, "--reason", "mended in place");
    await dev.must("pin", "dev", "--to", bad, "--dry-run");
  });

  it("brings back one application by a commit of its files, and leaves the others", async () => {
    await release("4", "1");
    await dev.must("up", "dev", "--yes");
    const both = await release("5", "5");
    await dev.must("up", "dev", "--yes");
    const { exitCode, stdout, stderr } = await run("rollback", "dev", "web", "--reason", "web fails", "--yes");
    assert.equal(exitCode, 0, stderr + stdout);
    assert.deepEqual([await value("web"), await value("till")], ["4", "5"]);
    const running = await dev.kubectl(
      "get",
      "deployment",
      "web",
      "-o",
      "jsonpath={.spec.template.spec.containers[0].image}",
    );
    assert.equal(running, `${image}:4.0.0`);
    assert.match(stdout, /the commit is on the branch driftless\/rollback\/dev\/web; merge it/);
    assert.notEqual(await pin(), both);
    assert.deepEqual(await codes("pin", "dev"), ["REVISION_BLOCKED"]);
  });

  it("refuses what would take another application along, or is not enough", async () => {
    const shared = (web: string): Readonly<Record<string, string>> => ({
      "web/kustomization.yaml": "resources: [web.yaml, ../shared]\n",
      "shared/kustomization.yaml": "resources: [shared.yaml]\n",
      "shared/shared.yaml": configMap("shared", web),
    });
    await release("6", "6", shared("6"));
    await dev.must("up", "dev", "--yes");
    await release("6", "6", shared("7"));
    const before = await pin();
    const { exitCode, stderr } = await run("rollback", "dev", "web", "--reason", "x", "--yes");
    assert.equal(exitCode, 1);
    assert.match(
      stderr,
      /^ROLLBACK_CONFLICT Restoring the folder web does not make "web" what it was; these files differ too: shared\/shared\.yaml\.$/m,
    );
    assert.equal(await pin(), before, "nothing was pinned");
  });

  it("says what it does not know", async () => {
    assert.deepEqual(await codes("rollback", "dev", "--to", "99", "--reason", "x", "--yes"), ["UPDATE_NOT_FOUND"]);
    assert.deepEqual(await codes("rollback", "dev", "--to", "main", "--reason", "x", "--yes"), ["USAGE"]);
    assert.deepEqual(await codes("rollback", "dev", "none", "--reason", "x", "--yes"), ["ROLLBACK_IMPOSSIBLE"]);
    assert.deepEqual(await codes("rollback", "dev", "--to", "f".repeat(40), "--reason", "x", "--yes"), [
      "COMMIT_NOT_FOUND",
    ]);
  });

  it("works while Git is down, and the history says what was gone round", async () => {
    await release("8", "8");
    await dev.must("up", "dev", "--yes");
    await release("9", "8");
    await dev.must("up", "dev", "--yes");
    const repo = join(dev.project.folder, "config.git");
    await rename(repo, `${repo}.away`);
    try {
      const { exitCode, stdout, stderr } = await run("rollback", "dev", "web", "--reason", "web fails", "--yes");
      assert.equal(exitCode, 0, stderr + stdout);
      assert.equal(await value("web"), "8");
      assert.match((await newest())?.exception ?? "", /is on this machine only, as Git is down/);
    } finally {
      await rename(`${repo}.away`, repo);
    }
  });

  it("is done by itself where an application asks for it, once, and the update has failed all the same", async () => {
    const auto = async (web: string): Promise<void> => {
      await release(web, web);
      await dev.commit({ "web/web.yaml": `${configMap("web", web)}---\n${playing("web", "unready", image)}` });
      const text = await readFile(document(), "utf8");
      await dev.write(text.slice(text.indexOf("applications:")).replace("path: web", `path: web, ${asking}`));
      await edit((now) => now.replace("local: true,", "local: true, images: images.yaml,"));
    };
    const asking = "health: { timeout: 5s }, rollback: { onFailure: auto }";
    await release("20", "20");
    await dev.must("up", "dev", "--yes");
    await auto("21");
    const { exitCode, stdout, stderr } = await run("up", "dev", "--yes");
    assert.equal(exitCode, 1, stdout + stderr);
    assert.match(stderr, /HEALTH_TIMEOUT application web/);
    assert.match(stdout, /^web went back to the last good version: automatic rollback of web: /m);
    assert.deepEqual([await value("web"), await value("till")], ["20", "21"]);
    assert.deepEqual(await codes("pin", "dev"), ["REVISION_BLOCKED"]);
    await auto("22");
    const again = await run("up", "dev", "--yes");
    assert.match(again.stdout, /^web stays as it is: it went back by itself 1 times already/m);
    assert.equal(await value("web"), "22");
  });
});
