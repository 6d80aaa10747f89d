import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "mocha";
import { toolGroups } from "../../toolchain/toolchain.ts";
import { driftless } from "../support/command-line.ts";
import { createTestProject, repository } from "../support/pulumi-project.ts";

const sample = join(repository, "docs", "samples", "platform");

describe("the sample of a platform tenant", function () {
  this.timeout(60_000);

  it("is an environment without findings, whose applications wait for its add-ons", async () => {
    const project = await createTestProject();
    try {
      const config = join(sample, "config");
      const names = (await readdir(config, { recursive: true })).filter((name) => name.endsWith(".yaml"));
      const files = await Promise.all(
        names.map(async (name) => [name, await readFile(join(config, name), "utf8")] as const),
      );
      const revision = await project.commit(Object.fromEntries(files));
      const document = await readFile(join(sample, "environment.yaml"), "utf8");
      await project.write("environments/platform.yaml", document.replace(/revision: 0{40}/, `revision: ${revision}`));
      const plan = await driftless(project, toolGroups.render, ["plan", "platform"]);
      assert.equal(plan.exitCode, 0, plan.stderr);
      assert.doesNotMatch(plan.stderr, /ORDER_INVALID|warning/);
      assert.match(plan.stdout, /^web {2}waits for the add-ons certificates, ingress$/m);
      assert.match(plan.stdout, /^ingress {2}add-on; waits for certificates$/m);
    } finally {
      await project.remove();
    }
  });
});
