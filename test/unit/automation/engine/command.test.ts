import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { EngineCommand, EngineExit } from "../../../../automation/engine/command.ts";

describe("a command of the engine", () => {
  let folder: string;
  let command: EngineCommand;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "driftless-"));
    const file = join(folder, "engine");
    await writeFile(file, '#!/bin/sh\necho secret > "$TMPDIR/kubeconfig"\nprintf %s "$TMPDIR"\nexit "$1"\n');
    await chmod(file, 0o755);
    command = new EngineCommand({ file, version: "3.250.0", env: { PATH: process.env["PATH"] } });
  });
  after(() => rm(folder, { recursive: true }));

  it("leaves nothing of what it writes into its folder for temporary files, which nobody else uses", async () => {
    const used = (await command.start(["0"], folder)).stdout;
    const failed = await command.start(["3"], folder).catch((error: unknown) => error);
    assert.ok(failed instanceof EngineExit && failed.exitCode === 3);
    assert.notEqual(used, failed.stdout);
    for (const temporary of [used, failed.stdout]) {
      assert.ok(temporary.startsWith(join(tmpdir(), "driftless-engine-")), temporary);
      assert.equal(existsSync(temporary), false);
    }
  });
});
