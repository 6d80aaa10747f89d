import assert from "node:assert/strict";
import { rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "mocha";
import { z } from "zod";
import type { CommandResult } from "../support/command-line.ts";
import { DeliveryEnvironment } from "../support/delivery-environment.ts";
import { createPerson, gitAs, type TestPerson } from "../support/people.ts";
import { configMap } from "../support/sample.ts";
import { pulumi } from "../support/shell-pulumi.ts";

const verdict = z.object({
  kind: z.literal("Approvals"),
  digest: z.string(),
  approved: z.boolean(),
  missing: z.number(),
  approvedBy: z.array(z.string()),
  ignored: z.array(z.object({ by: z.string(), why: z.string() })),
});

describe("approvals", function () {
  this.timeout(300_000);
  let dev: DeliveryEnvironment;
  let folder: string;
  let origin: string;
  let ada: TestPerson;
  let bob: TestPerson;
  let carol: TestPerson;
  let dave: TestPerson;

  before(async () => {
    dev = await DeliveryEnvironment.start("approvals");
    folder = dev.project.folder;
    const root = dirname(folder);
    origin = join(root, "origin.git");
    [ada, bob, carol, dave] = [
      await createPerson(root, "ada"),
      await createPerson(root, "bob"),
      await createPerson(root, "carol"),
      await createPerson(root, "dave"),
    ];
    await gitAs(ada, root, ["init", "-q", "--bare", origin]);
    await gitAs(ada, folder, ["init", "-q", "-b", "main"]);
    await gitAs(ada, folder, ["remote", "add", "origin", origin]);
    await release("1");
  });
  after(() => dev.remove());

  /** A change that ada makes to the document, and somebody else to the source. */
  async function release(value: string): Promise<void> {
    await dev.commit({ "web/web.yaml": configMap("web", value) });
    const person = ({ email, key }: TestPerson, group: string) =>
      `    ${email}: { groups: [${group}], keys: ["${key}"] }\n`;
    await dev.write(`applications: { web: { tenant: shop, path: web } }
policy: { config: { all: advisory } }
approvals:
  required: 2
  from: [group:team]
  breakGlass: { from: [group:oncall], for: 1h }
  people:
${person(ada, "team")}${person(bob, "team")}${person(carol, "team")}${person(dave, "oncall")}`);
    await gitAs(ada, folder, ["add", "environments"]);
    await gitAs(ada, folder, ["commit", "-q", "-m", `Release ${value}`]);
  }

  const as = (person: TestPerson, args: readonly string[], io = {}): Promise<CommandResult> =>
    dev.run(args, { env: person.env, io });
  const shown = async () => verdict.parse(JSON.parse((await as(bob, ["approve", "dev", "--show", "--json"])).stdout));
  const update = (person = bob, ...more: readonly string[]) => as(person, ["up", "dev", "--yes", ...more]);

  it("are asked for before anything is touched, with exactly what is missing and who can give it", async () => {
    const { exitCode, stderr } = await update();
    assert.equal(exitCode, 3);
    const { digest } = await shown();
    assert.match(stderr, new RegExp(`dev needs 2 approvals of the plan ${digest}; none is there, 2 missing\\.`));
    assert.match(stderr, /Ask bob@example\.com or carol@example\.com to run: driftless approve dev --digest sha256:/);
    assert.equal(await dev.exists("configmap/web"), false);
  });

  it("count once for each person, not for an author, and only for the plan that was reviewed", async () => {
    const { digest } = await shown();
    assert.match(
      (await as(bob, ["approve", "dev", "--yes", "--digest", `sha256:${"0".repeat(64)}`])).stderr,
      /PLAN_STALE/,
    );
    for (const person of [ada, bob, bob]) {
      const { exitCode, stderr } = await as(person, ["approve", "dev", "--yes", "--digest", digest]);
      assert.equal(exitCode, 0, stderr);
    }
    const { approvedBy, ignored, missing } = await shown();
    assert.deepEqual([approvedBy, missing], [[bob.email], 1]);
    assert.deepEqual(ignored, [{ by: ada.email, why: "is an author of the change" }]);
    assert.match((await update()).stderr, /That of ada@example\.com does not count, who is an author of the change\./);
  });

  it("are signed by who gives them: what somebody else writes in their name does not count", async () => {
    const message = await gitAs(bob, folder, ["log", "-1", "--format=%B", "refs/notes/driftless"]);
    const parent = await gitAs(bob, folder, ["rev-parse", "refs/notes/driftless"]);
    const forged = message.replaceAll(bob.email, carol.email);
    const path = (await gitAs(bob, folder, ["ls-tree", "--name-only", parent])).split("\n")[0] ?? "";
    const blob = await gitAs(bob, folder, ["hash-object", "-w", join(folder, "Pulumi.yaml")]);
    await gitAs(bob, folder, ["read-tree", "--index-output=.git/forged", parent]);
    const env = { ...bob, env: { ...bob.env, GIT_INDEX_FILE: join(folder, ".git", "forged") } };
    await gitAs(env, folder, ["update-index", "--add", "--cacheinfo", `100644,${blob},${path}`]);
    const tree = await gitAs(env, folder, ["write-tree"]);
    const commit = await gitAs(bob, folder, ["commit-tree", tree, "-p", parent, "-S", "-m", forged]);
    await gitAs(bob, folder, ["push", "-q", "origin", `${commit}:refs/notes/driftless`]);
    const { approvedBy, ignored } = await shown();
    assert.deepEqual(approvedBy, [bob.email]);
    assert.ok(ignored.some(({ by, why }) => by === carol.email && why === "did not sign it with a key of theirs"));
  });

  it("are told by plan and preview: which the plan has, and which are missing", async () => {
    const { exitCode: code, stdout: previewed } = await as(bob, ["preview", "dev"]);
    assert.equal(code, 0, previewed);
    const { stdout: planned } = await as(bob, ["plan", "dev"]);
    for (const text of [previewed, planned]) {
      assert.match(text, /^approved {2}bob@example\.com$/m);
      assert.match(text, /^ignored {3}ada@example\.com, who is an author of the change$/m);
      assert.match(
        text,
        /^1 of 2 approvals, 1 missing; may approve: carol@example\.com: driftless approve dev --digest sha256:/m,
      );
    }
    assert.match((await as(bob, ["plan", "dev", "--markdown"])).stdout, /1 of 2 approvals, 1 missing/);
    const { approvals } = z
      .object({ approvals: verdict.omit({ kind: true, digest: true }) })
      .parse(JSON.parse((await as(bob, ["plan", "dev", "--json"])).stdout));
    assert.deepEqual([approvals.approved, approvals.approvedBy], [false, [bob.email]]);
    await rename(origin, `${origin}.gone`);
    const { exitCode, stdout } = await as(bob, ["preview", "dev"]);
    await rename(`${origin}.gone`, origin);
    assert.deepEqual(
      [exitCode, /^approvals unknown: The approvals could not be read/m.test(stdout)],
      [0, true],
      stdout,
    );
  });

  it("are asked for by the program itself, so that plain Pulumi changes nothing without them", async () => {
    const { stdout: shell } = await dev.must("doctor", "--shell");
    const plain = (...args: readonly string[]) => pulumi(dev, shell, args);
    const previewed = await plain("preview");
    assert.match(previewed, /warning: .*APPROVAL_MISSING dev needs 2 approvals of the plan sha256:/);
    assert.match(previewed, /\+ .*web/);
    const applied = await plain("up", "--yes", "--skip-preview");
    assert.match(
      applied,
      /error: .*APPROVAL_MISSING dev needs 2 approvals of the plan sha256:.*Pulumi alone cannot judge/,
    );
    assert.match(applied, /fix: Run driftless up dev/);
    assert.equal(await dev.exists("configmap/web"), false);
  });

  it("let the update through once there are enough, and the history says whose", async () => {
    const approved = await as(carol, ["approve", "dev", "--yes", "--reason", "looked at it"]);
    assert.equal(approved.exitCode, 0, approved.stderr);
    assert.match(approved.stdout, /2 of 2 approvals/);
    const { exitCode, stderr } = await update();
    assert.equal(exitCode, 0, stderr);
    assert.equal(await dev.exists("configmap/web"), true);
    const show = await dev.must("show", "dev", "2", "--json");
    const { update: record } = z
      .object({ update: z.object({ approvals: z.array(z.string()) }) })
      .parse(JSON.parse(show.stdout));
    assert.deepEqual(record.approvals, [bob.email, carol.email]);
  });

  it("are void when the plan moves, and can be taken back", async () => {
    await release("2");
    assert.equal((await update()).exitCode, 3);
    assert.equal((await as(bob, ["approve", "dev", "--yes"])).exitCode, 0);
    const { digest } = await shown();
    await release("3");
    const told = `bob@example\\.com approved ${digest.slice(0, 19)} on 20..-..-.. ..:.. UTC; since then the commit \\([0-9a-f]{7}, now [0-9a-f]{7}\\) and objects changed`;
    const missing = await update();
    assert.match(missing.stderr, new RegExp(`APPROVAL_MISSING dev needs 2 .* none is there, 2 missing\\. ${told}\\.`));
    assert.doesNotMatch(missing.stderr, /carol@example\.com approved/, "what she approved was applied");
    for (const command of ["plan", "preview"]) {
      assert.match((await as(bob, [command, "dev"])).stdout, new RegExp(`^earlier   ${told}$`, "m"));
    }
    for (const person of [bob, carol]) assert.equal((await as(person, ["approve", "dev", "--yes"])).exitCode, 0);
    assert.equal((await shown()).approved, true);
    assert.equal((await as(carol, ["approve", "dev", "--withdraw", "--yes"])).exitCode, 0);
    assert.deepEqual((await shown()).approvedBy, [bob.email]);
    const { exitCode, stderr } = await update();
    assert.deepEqual([exitCode, /APPROVAL_MISSING/.test(stderr)], [3, true]);
  });

  it("are only for those whom the document names, and are none where they cannot be asked for", async () => {
    const stranger = await createPerson(dirname(folder), "eve");
    const denied = await as(stranger, ["approve", "dev", "--yes"]);
    assert.deepEqual([denied.exitCode, /APPROVAL_DENIED/.test(denied.stderr)], [1, true]);
    await rename(origin, `${origin}.gone`);
    const { exitCode, stderr } = await update();
    assert.deepEqual([exitCode, /APPROVALS_UNAVAILABLE/.test(stderr)], [4, true], stderr);
    await rename(`${origin}.gone`, origin);
  });

  it("can be gone without by whom the document names, with a reason, for its time, and on record", async () => {
    const reason = "Shop is down, nobody else is awake";
    const refused = await update(carol, "--break-glass", reason);
    assert.deepEqual([refused.exitCode, /APPROVAL_DENIED carol@example\.com/.test(refused.stderr)], [1, true]);
    await rename(origin, `${origin}.gone`);
    const later = new Date(Date.now() + 2 * 3600_000);
    const { exitCode, stderr } = await update(dave, "--break-glass", reason);
    await rename(`${origin}.gone`, origin);
    assert.equal(exitCode, 0, stderr);
    assert.match(stderr, /the record is in this clone alone/);
    const { stdout } = await dev.must("show", "dev", "3");
    assert.match(stdout, /without 1 of 2 approvals, by dave@example\.com: Shop is down/);
    assert.equal((await shown()).approved, true);
    const after = await as(bob, ["approve", "dev", "--show"], { now: () => later });
    assert.equal(after.exitCode, 3, after.stdout);
  });
  it("are not asked for again by a rollback to what ran with them, whoever runs it", async () => {
    const { exitCode, stderr } = await as(bob, ["rollback", "dev", "web", "--reason", "Version 2 is slow", "--yes"]);
    assert.equal(exitCode, 0, stderr);
    const { stdout } = await dev.must("show", "dev", "4");
    assert.match(stdout, /rollback: succeeded[^]*approved +bob@example\.com\n.*approved +carol@example\.com/);
  });

  it("are asked for before a destruction: of these deletions, and never by whoever runs it", async () => {
    const destroy = (person: TestPerson, ...more: readonly string[]) =>
      as(person, ["destroy", "dev", "--yes", "--confirm", "Namespace", ...more]);
    const refused = await destroy(bob);
    assert.equal(refused.exitCode, 3, refused.stderr);
    const [, digest = ""] = /of its destruction (sha256:[0-9a-f]{64}); none is there/.exec(refused.stderr) ?? [];
    assert.match(refused.stderr, new RegExp(`to run: driftless approve dev --destroy --digest ${digest}`));
    for (const person of [ada, bob]) {
      const { exitCode, stdout, stderr } = await as(person, [
        "approve",
        "dev",
        "--destroy",
        "--digest",
        digest,
        "--yes",
      ]);
      assert.equal(exitCode, 0, stderr);
      assert.match(stdout, /^- delete .*ConfigMap.* web|web.*\n/m);
    }
    const byBob = await destroy(bob);
    assert.deepEqual([byBob.exitCode, /That of bob@example\.com does not count/.test(byBob.stderr)], [3, true]);
    assert.match((await destroy(carol, "--orphan")).stderr, /none is there, 2 missing/);
    const { stdout: shell } = await dev.must("doctor", "--shell");
    const plain = await pulumi(dev, shell, ["destroy", "--yes", "--skip-preview", "--run-program"]);
    assert.match(plain, /APPROVAL_MISSING/);
    assert.equal(await dev.exists("configmap/web"), true);
    const { exitCode, stderr } = await destroy(carol);
    assert.equal(exitCode, 0, stderr);
    assert.equal(await dev.exists("configmap/web"), false);
    const { stdout } = await dev.must("show", "dev", "6");
    assert.match(stdout, /approved +ada@example\.com\n.*approved +bob@example\.com/);
  });
});
