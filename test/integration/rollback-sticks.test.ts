import assert from "node:assert/strict";
import { readFile, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "mocha";
import { z } from "zod";
import { DeliveryEnvironment } from "../support/delivery-environment.ts";
import { playing } from "../support/delivery.ts";
import { createPerson, gitAs, type TestPerson } from "../support/people.ts";
import { configMap } from "../support/sample.ts";
import { pulumi } from "../support/shell-pulumi.ts";

const image = "registry.example.com/web:1.0.0";

describe("A rollback sticks", function () {
  this.timeout(300_000);
  let dev: DeliveryEnvironment;
  let ada: TestPerson;
  let folder: string;
  let control: string;
  let good = "";
  let direct = true;

  before(async () => {
    dev = await DeliveryEnvironment.start("rollback-sticks");
    folder = dev.project.folder;
    control = join(dirname(folder), "control.git");
    ada = await createPerson(dirname(folder), "ada");
    await git("init", "-q", "--bare", "-b", "main", control);
    await git("init", "-q", "-b", "main");
    await git("remote", "add", "origin", control);
    good = await release("1", configMap("web", "1"));
    const { exitCode, stderr } = await run("up", "dev", "--yes");
    assert.equal(exitCode, 0, stderr);
  });
  after(() => dev.remove());

  const git = (...args: readonly string[]): Promise<string> => gitAs(ada, folder, args);
  const run = (...args: readonly string[]) => dev.run(args, { env: ada.env });
  const value = (): Promise<string> => dev.kubectl("get", "configmap", "web", "-o", "jsonpath={.data.key}");
  const atOrigin = async (file: string): Promise<string> => {
    await git("fetch", "-q", "origin");
    return git("show", `origin/main:environments/${file}`);
  };
  const pinIn = (text: string): string => /revision: "?([0-9a-f]{40})/.exec(text)?.[1] ?? "";
  const pin = async (): Promise<string> => pinIn(await readFile(join(folder, "environments", "dev.yaml"), "utf8"));
  /** What a pipeline does that knows nothing of what went before: it has what Git has. */
  const checkOut = async (): Promise<void> => {
    await git("fetch", "-q", "origin");
    await git("reset", "-q", "--hard", "origin/main");
  };

  /** Commits a release, pins it, and pushes the pin to the control repository; returns its commit. */
  async function release(value: string, web: string): Promise<string> {
    await dev.commit({ "web/web.yaml": web, "till/till.yaml": configMap("till", value) });
    await dev.write(`applications:
  web: { tenant: shop, path: web, health: { timeout: 5s }, rollback: { onFailure: auto, limit: 5 } }
  till: { tenant: shop, path: till }
promotion: { from: staging, direct: ${direct} }
policy: { config: { all: advisory } }
`);
    await git("add", "environments");
    await git("commit", "-q", "-m", `Release ${value}`);
    await git("push", "-q", "origin", "HEAD:main");
    return pin();
  }
  const bad = (value: string): string => `${configMap("web", value)}---\n${playing("web", "unready", image)}`;

  it("by itself: what went back is on the branch of the control repository, and stays out", async () => {
    const revision = await release("2", bad("2"));
    const { exitCode, stdout } = await run("up", "dev", "--yes");
    assert.equal(exitCode, 1, stdout);
    assert.match(
      stdout,
      /^environments\/dev\.yaml and environments\/_blocked\.yaml are on the branch main of the control/m,
    );
    assert.match(stdout, /^The files here are left as they were: git pull\.$/m);
    assert.match(stdout, /^web went back to the last good version/m);
    assert.equal(await value(), "1");
    assert.match(await atOrigin("_blocked.yaml"), new RegExp(`revision: "?${revision}`));
    assert.notEqual(pinIn(await atOrigin("dev.yaml")), revision);
    assert.equal(await pin(), revision);
    assert.equal(await git("status", "--porcelain", "--", "environments"), "");
    assert.deepEqual(await dev.codes("up", "dev", "--yes"), ["REVISION_BLOCKED"], "of a checkout from before");
    const status = (await run("status", "dev")).stdout;
    assert.match(status, /^not here yet {2}back from .*\n.*git pull brings it here/m);
    assert.match(status, /\(the pin is [0-9a-f]{7}, which was rolled back\)$/m);
    const message = await git("log", "-1", "--format=%B", "origin/main");
    assert.match(message, /^Roll back web to [0-9a-f]{7}\n\nautomatic rollback of web: /);
    assert.match(message, /^Driftless-Action: rollback$/m);
    await checkOut();
    const again = await run("up", "dev", "--yes");
    assert.equal(again.exitCode, 0, again.stderr + again.stdout);
    assert.equal(await value(), "1");
    assert.doesNotMatch((await run("status", "dev")).stdout, /not in Git|not here yet/);
  });

  it("also while Git is down: the state keeps it out of every checkout, and status and drift say so", async () => {
    const revision = await release("3", bad("3"));
    await dev.must("plan", "dev");
    const config = join(folder, "config.git");
    for (const each of [control, config]) await rename(each, `${each}.away`);
    const { exitCode, stdout } = await run("up", "dev", "--yes");
    for (const each of [control, config]) await rename(`${each}.away`, each);
    assert.equal(exitCode, 1, stdout);
    assert.match(stdout, /^[0-9a-f]{40} is on this machine only, as Git is down/m);
    assert.match(stdout, /^the files could not be committed to the control repository: /m);
    assert.equal(await value(), "1");
    assert.equal(pinIn(await atOrigin("dev.yaml")), revision, "Git does not know of it");
    await checkOut();
    await git("clean", "-q", "-f", "environments");
    assert.deepEqual(await dev.codes("up", "dev", "--yes"), ["REVISION_BLOCKED"]);
    const refused = await run("preview", "dev");
    assert.match(refused.stderr, /Git does not say so here: git pull, or driftless rollback dev --reconcile/);
    assert.equal(await value(), "1");
    const line = new RegExp(
      `^not in Git {2}back from ${revision.slice(0, 7)} to [0-9a-f]{7}, automatic rollback of web`,
      "m",
    );
    for (const command of ["status", "drift"]) assert.match((await run(command, "dev")).stdout, line);
    const printed = JSON.parse((await run("status", "dev", "--json")).stdout) as unknown;
    const { rollbacks } = z.object({ rollbacks: z.array(z.looseObject({ to: z.string() })) }).parse(printed);
    assert.equal(rollbacks.length, 1);
  });

  it("and out of plain Pulumi, which refuses to preview and to apply it as often as it is tried, and says why", async () => {
    const { stdout: shell } = await dev.must("doctor", "--shell");
    const refusal =
      /error: REVISION_BLOCKED .* kept out of dev: automatic rollback of web[^]*driftless rollback dev --reconcile/;
    for (const args of [["preview"], ["up", "--yes", "--skip-preview"], ["up", "--yes", "--skip-preview"]]) {
      assert.match(await pulumi(dev, shell, args), refusal);
    }
    assert.equal(await value(), "1");
    assert.match((await run("status", "dev")).stdout, /^not in Git/m, "no run of Pulumi makes it forget");
  });

  it("and is brought into Git by one command, commits that only this machine has included", async () => {
    const { exitCode, stdout, stderr } = await run("rollback", "dev", "--reconcile", "--direct", "--yes");
    assert.equal(exitCode, 0, stderr + stdout);
    assert.match(stdout, /are on the branch main of the control repository\.\ngit pull brings it here\.$/m);
    assert.deepEqual(await dev.codes("up", "dev", "--yes"), ["REVISION_BLOCKED"], "of a checkout from before");
    await checkOut();
    assert.equal(await git("--git-dir=config.git", "rev-parse", "driftless/rollback/dev/web"), await pin());
    const up = await run("up", "dev", "--yes");
    assert.equal(up.exitCode, 0, up.stderr + up.stdout);
    assert.equal(await value(), "1");
    for (const command of ["status", "drift"]) assert.doesNotMatch((await run(command, "dev")).stdout, /not in Git/);
    const { stdout: shell } = await dev.must("doctor", "--shell");
    assert.doesNotMatch(await pulumi(dev, shell, ["up", "--yes", "--skip-preview"]), /error:|rollbacks/);
    const nothing = await run("rollback", "dev", "--reconcile", "--yes");
    assert.match(nothing.stdout, /^There is nothing to reconcile/m);
  });

  it("by hand, directly where the environment allows it, and nowhere else", async () => {
    direct = false;
    const revision = await release("4", configMap("web", "4"));
    const asked = ["rollback", "dev", "--to", good, "--reason", "web is wrong", "--yes", "--direct"];
    const refused = await run(...asked);
    assert.match(refused.stderr, /^PROMOTION_REFUSED "dev" takes changes by pull request only\./m);
    assert.equal(await pin(), revision, "nothing was changed");
    direct = true;
    await release("4", configMap("web", "4"));
    const { exitCode, stdout, stderr } = await run(...asked);
    assert.equal(exitCode, 0, stderr + stdout);
    assert.equal(pinIn(await atOrigin("dev.yaml")), good);
    assert.match(await atOrigin("_blocked.yaml"), /reason: web is wrong/);
    assert.equal(await value(), "1");
    await checkOut();
  });

  it("when it waits for its review: until that is merged the state keeps the bad one out", async () => {
    direct = false;
    const revision = await release("5", configMap("web", "5"));
    const asked = ["rollback", "dev", "--to", good, "--reason", "web is slow", "--yes", "--review"];
    const { exitCode, stdout, stderr } = await run(...asked);
    assert.equal(exitCode, 0, stderr + stdout);
    assert.match(stdout, /on the branch driftless\/rollback\/dev of the control repository, for review; merge it\./);
    assert.equal(await git("status", "--porcelain", "--", "environments"), "", "nothing is in the way of a pull");
    await git("fetch", "-q", "origin");
    assert.equal(await pin(), revision);
    assert.deepEqual(await dev.codes("up", "dev", "--yes"), ["REVISION_BLOCKED"]);
    await git("merge", "-q", "--ff-only", "origin/driftless/rollback/dev");
    const up = await run("up", "dev", "--yes");
    assert.equal(up.exitCode, 0, up.stderr + up.stdout);
    assert.doesNotMatch((await run("status", "dev")).stdout, /not in Git/);
    assert.equal(await value(), "1");
  });
});
