import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { DriftlessError } from "../../../core/errors/error.ts";
import { prepare } from "../../../stacks/prepare.ts";

describe("what a run of Pulumi starts from", () => {
  let root: string;
  let kustomize: string;

  before(async () => {
    root = await mkdtemp(join(tmpdir(), "driftless-prepare-"));
    kustomize = join(root, "kustomize");
    await mkdir(join(root, "stacks"));
    await writeFile(join(root, "Pulumi.yaml"), "name: driftless\n");
    await writeFile(kustomize, "#!/bin/sh\necho v5.7.1\n", { mode: 0o755 });
  });

  after(() => rm(root, { recursive: true }));

  async function failureOf(env: Readonly<Record<string, string>>): Promise<DriftlessError> {
    const start = { from: join(root, "stacks"), environment: "dev", cache: join(root, "cache"), preview: true, env };
    const error: unknown = await prepare(start).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof DriftlessError, String(error));
    return error;
  }

  it("refuses to run without its renderers, and does not get them", async () => {
    const error = await failureOf({ PATH: root });
    assert.equal(error.code, "TOOL_MISSING");
    assert.match(error.message, /^TOOL_MISSING helm is neither installed nor in the cache/);
  });

  it("finds the project above the folder of the program", async () => {
    const helm = join(root, "helm");
    await writeFile(helm, "#!/bin/sh\necho v3.22.0\n", { mode: 0o755 });
    const error = await failureOf({ PATH: `${root}:/bin:/usr/bin` });
    assert.equal(error.code, "ENVIRONMENT_NOT_FOUND");
    assert.match(error.message, /environments/);
  });
});
