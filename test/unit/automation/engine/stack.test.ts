import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { restoreSettings } from "../../../../automation/engine/stack.ts";

const file = join("stacks", "Pulumi.dev.yaml");
const salt = "encryptionsalt: v1:a=:v1:b:c==\n";
const state = {
  version: 3,
  deployment: { secrets_providers: { type: "passphrase", state: { salt: "v1:a=:v1:b:c==" } } },
};

describe("the settings of a stack", () => {
  let project: string;

  beforeEach(async () => void (project = await mkdtemp(join(tmpdir(), "driftless-"))));
  afterEach(() => rm(project, { recursive: true }));

  for (const [what, before, after] of [
    ["get the salt that is in the state, if there are none", undefined, salt],
    ["keep what they hold", "config:\n  a: b", `config:\n  a: b\n${salt}`],
    ["keep the salt that they have", "encryptionsalt: other\n", "encryptionsalt: other\n"],
  ] as const) {
    it(what, async () => {
      await mkdir(join(project, "stacks"));
      if (before !== undefined) await writeFile(join(project, file), before);
      await restoreSettings({ project, settings: { file } }, state);
      assert.equal(await readFile(join(project, file), "utf8"), after);
    });
  }

  it("need no salt where there is no passphrase", async () => {
    await restoreSettings({ project, settings: { file, secretsProvider: "awskms://key" } }, state);
    await restoreSettings({ project, settings: { file } }, { version: 3, deployment: {} });
    const kms = { secrets_providers: { type: "cloud", state: { url: "awskms://key" } } };
    await restoreSettings({ project, settings: { file } }, { version: 3, deployment: kms });
    await assert.rejects(stat(join(project, file)), { code: "ENOENT" });
  });
});
