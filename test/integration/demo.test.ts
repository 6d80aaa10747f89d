import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { runProgram } from "../../core/exec/run.ts";
import { repository } from "../support/pulumi-project.ts";
import { projectFiles } from "../unit/rules/project-files.ts";

describe("npm run demo, in a copy of the repository", function () {
  this.timeout(600_000);
  let copy: string;

  before(async () => {
    copy = await mkdtemp(join(tmpdir(), "driftless-demo-"));
    const files = (await projectFiles()).filter((file) => existsSync(join(repository, file)));
    await Promise.all(
      files.map((file) => cp(join(repository, file), join(copy, file), { verbatimSymlinks: true, recursive: true })),
    );
    await symlink(join(repository, "node_modules"), join(copy, "node_modules"));
  });
  after(() => rm(copy, { recursive: true, force: true, maxRetries: 5 }));

  const npm = async (...args: readonly string[]): Promise<{ readonly stdout: string; readonly stderr: string }> => {
    const { stdout, stderr } = await runProgram({
      file: "npm",
      args: ["run", "--silent", ...args],
      cwd: copy,
      env: { ...process.env, DRIFTLESS_DOWNLOAD: "off" },
      timeoutMs: 580_000,
      maxOutputBytes: 1 << 22,
    });
    return { stdout: stdout.toString("utf8"), stderr };
  };
  const document = (): Promise<string> => readFile(join(copy, "environments", "dev.yaml"), "utf8");

  it("brings dev up in order, moves its pin, refuses a deletion, and finds and heals drift of each kind", async () => {
    const { stdout: output, stderr } = await npm("demo");
    const inOrder = [
      /dev {2}running {2}Kubernetes/,
      /run Job\.batch shop\/migrate {2}\(pre-deploy hook\)/,
      /33 created, 1 hook run in/,
      /catalog +healthy +6\/6 healthy/,
      /storefront +healthy +4\/4 healthy/,
      /spec\.replicas: 2 → 3/,
      /1 created, 1 updated, 1 deleted, 1 hook run in/,
      /up dev --yes\n[^$]*- PersistentVolumeClaim shop\/catalog-db/,
      /up dev --yes --allow-deletions 4 --confirm PersistentVolumeClaim\/shop\/catalog-db/,
      /1 created, 1 updated, 4 deleted in/,
      /deployment\.apps\/storefront image updated/,
      /spec\.template\.spec\.containers\[name=catalog\]\.env: added \[{"name":"DEBUG","value":"1"}\] {2}by kubectl-set at .*, user admin with kubectl/,
      /± ConfigMap messaging\/notifier {2}recreated/,
      /data\.GREETING: removed, was Welcome {2}by user admin/,
      /- ConfigMap shop\/summer-sale {2}deleted .*\n +deleted by user admin/,
      /storefront:1\.5\.0 → registry\.example\.com\/shop\/storefront:fixed-by-hand/,
      /dev: 1 deleted, 1 recreated, 3 drifted, 25 as last applied/,
      /healed 5 objects/,
      /drift dev\ndev: no drift, 30 as last applied/,
      /Three commands to try next/,
    ];
    assertInOrder(output, inOrder);
    assert.match(stderr, /DELETIONS_EXCEEDED 4 objects of the application "catalog" would be deleted/);
    assert.match(stderr, /DELETION_UNCONFIRMED PersistentVolumeClaim shop\/catalog-db/);
    const delivered = ["shop/catalog-db", "shop/catalog", "shop/storefront"].map(
      (name) => `create Deployment.apps ${name}`,
    );
    const order = stderr.split("\n").flatMap((line) => delivered.filter((each) => line.endsWith(each)));
    assert.deepEqual(order, delivered);
    assert.ok(!(output + stderr).includes(copy), "the output names no folder of the machine");
  });

  it("walks a change to production: pull request, approvals, a stale one, a bad release, and back for good", async () => {
    const { stdout, stderr } = await npm("demo", "--", "promotion");
    assertInOrder(stdout, [
      /bob\$ driftless approve production --digest sha256:[0-9a-f]{64} --yes\n[^$]*1 of 1 approvals/,
      /created https:\/\/127\.0\.0\.1:\d+\/shop\/control\/pulls\/1/,
      /\| - \[x\] 2 objects in `dev` are healthy/,
      /bob\$ driftless review --base origin\/main\nproduction {2}changed/,
      /bob\$ driftless approve production --yes\n[^$]*1 of 1 approvals/,
      /updated https:\/\/127\.0\.0\.1:\d+\/shop\/control\/pulls\/1/,
      /ada\$ driftless up production --yes\n[^$]*1 to update\n\nbob\$/,
      /ada\$ driftless up production --yes\n[^$]*1 updated in/,
      /created https:\/\/127\.0\.0\.1:\d+\/shop\/control\/pulls\/2/,
      /production at [0-9a-f]{7}: the update failed; 1 updated/,
      /production: all of it back from/,
      /1 updated in/,
      /bob merges pull request 3, "Roll back production/,
      /ada\$ driftless promote --all --from dev --to production --yes\n\n7\. Until somebody lets it back/,
      /nothing was written \(--dry-run\)/,
      /^4 .* rollback .* succeeded[^]*^3 .* up .* failed[^]*^1 .* up /m,
      /\| reviewed by \|[^]*bob/,
      /Done in \d+ s/,
    ]);
    const refusals = [...stderr.matchAll(/([A-Z]+_[A-Z]+|UNHEALTHY) /g)].map(([, code]) => code);
    assert.deepEqual(refusals, ["APPROVAL_MISSING", "APPROVAL_MISSING", "UNHEALTHY", "REVISION_BLOCKED"]);
    assert.ok(!(stdout + stderr).includes(copy), "the output names no folder of the machine");
  });

  it("leaves nothing behind but the first pin when it is taken down", async () => {
    assert.match(await document(), /revision: 84dfb9e59f9eba9d56f5effac0cf1a155aa7a18a/);
    await npm("demo", "--", "--down");
    assert.match(await document(), /revision: 3e52576b4ea4337a669b8b545f0eee4f6ad2f66f/);
    assert.equal(existsSync(join(copy, ".driftless")), false);
    assert.equal(existsSync(join(copy, "stacks", "Pulumi.dev.yaml")), false);
  });
});

/** Each pattern is found behind the one before it. */
function assertInOrder(output: string, patterns: readonly RegExp[]): void {
  let from = 0;
  for (const pattern of patterns) {
    const found = output.slice(from).search(pattern);
    assert.notEqual(found, -1, `${pattern.source} is not in order in:\n${output}`);
    from += found;
  }
}
