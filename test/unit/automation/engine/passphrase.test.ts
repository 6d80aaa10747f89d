import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { passphraseFile, resolvePassphrase, type PassphraseInput } from "../../../../automation/engine/passphrase.ts";
import { DriftlessError } from "../../../../core/errors/error.ts";

describe("the passphrase", () => {
  let project: string;
  let lines: string[];

  beforeEach(async () => {
    project = await mkdtemp(join(tmpdir(), "driftless-"));
    lines = [];
  });

  afterEach(() => rm(project, { recursive: true }));

  const resolve = (input: Partial<PassphraseInput>) =>
    resolvePassphrase({
      project,
      env: {},
      ownBackend: true,
      stateExists: false,
      progress: (line) => void lines.push(line),
      ...input,
    });

  it("is made once for the project's own state, for its owner only, and said in one line", async () => {
    const first = await resolve({});
    assert.ok((first["PULUMI_CONFIG_PASSPHRASE"] ?? "").length >= 40);
    assert.equal((await stat(join(project, passphraseFile))).mode & 0o777, 0o600);
    assert.equal(lines.length, 1);
    assert.deepEqual(await resolve({ stateExists: true }), first);
    assert.equal(lines.length, 1);
    assert.ok(!lines[0]?.includes(first["PULUMI_CONFIG_PASSPHRASE"] ?? ""));
  });

  it("is the same for runs that make it at the same time", async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => resolve({})));
    const kept = (await readFile(join(project, passphraseFile), "utf8")).trim();
    assert.deepEqual(
      all,
      Array.from({ length: 8 }, () => ({ PULUMI_CONFIG_PASSPHRASE: kept })),
    );
    assert.equal(lines.length, 1);
  });

  for (const [what, input] of Object.entries({
    "a passphrase in the environment": { env: { PULUMI_CONFIG_PASSPHRASE: "mine" } },
    "an empty passphrase in the environment": { env: { PULUMI_CONFIG_PASSPHRASE: "" } },
    "another secrets provider": { secretsProvider: "awskms://alias/state" },
    "a passphrase for a shared state": { ownBackend: false, env: { PULUMI_CONFIG_PASSPHRASE: "mine" } },
  })) {
    it(`is left to the user where there is ${what}`, async () => {
      assert.deepEqual(await resolve(input), {});
      await assert.rejects(stat(join(project, passphraseFile)), { code: "ENOENT" });
    });
  }

  it("is left to a file that the user names, which has to be there", async () => {
    const file = join(project, "mine");
    await assert.rejects(resolve({ env: { PULUMI_CONFIG_PASSPHRASE_FILE: file } }), code("PASSPHRASE_MISSING"));
    await writeFile(file, "mine");
    assert.deepEqual(await resolve({ env: { PULUMI_CONFIG_PASSPHRASE_FILE: file } }), {});
  });

  it("is never made anew for a state that another one encrypts", async () => {
    await assert.rejects(resolve({ stateExists: true }), code("PASSPHRASE_MISSING"));
    await assert.rejects(stat(join(project, passphraseFile)), { code: "ENOENT" });
  });

  it("is never made for a shared state: the error names both ways to give it", async () => {
    await assert.rejects(resolve({ ownBackend: false }), (error) => {
      assert.ok(error instanceof DriftlessError);
      assert.equal(error.code, "PASSPHRASE_MISSING");
      assert.match(error.message, /PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE/);
      return true;
    });
  });
});

function code(wanted: string): (error: unknown) => boolean {
  return (error) => error instanceof DriftlessError && error.code === wanted;
}
