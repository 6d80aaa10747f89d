import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { makeConfigRepo } from "../../demo/config-repo.ts";
import { toolGroups } from "../../toolchain/toolchain.ts";
import { driftless } from "../support/command-line.ts";
import { kubectl } from "../support/kubectl.ts";
import { createTestProject, repository, type TestProject } from "../support/pulumi-project.ts";

const tools = [...toolGroups.render, ...toolGroups.engine, ...toolGroups.cluster];

describe("two environments of one project", function () {
  this.timeout(300_000);
  let project: TestProject;
  const run = async (...args: readonly string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await driftless(project, tools, args);
    assert.equal(exitCode, 0, stderr + stdout);
    return stdout;
  };
  const image = (cluster: string): Promise<string> =>
    kubectl(join(project.folder, ".driftless", "clusters", cluster, "kubeconfig"), [
      ...["get", "deployment/storefront", "--namespace=shop"],
      "--output=jsonpath={.spec.template.spec.containers[0].image} {.status.readyReplicas}",
    ]);

  before(async () => {
    project = await createTestProject();
    for (const name of ["_base", "dev", "staging"]) {
      const file = join("environments", `${name}.yaml`);
      await cp(join(repository, file), join(project.folder, file));
    }
    const [first = ""] = await makeConfigRepo(
      join(project.folder, ".driftless", "demo", "config.git"),
      process.env["PATH"],
    );
    // The demo moves the pin of dev in the checkout.
    await run("pin", "dev", "--to", first);
    await Promise.all([run("cluster", "up", "dev"), run("cluster", "up", "staging")]);
  });
  after(async () => {
    await Promise.all(["dev", "staging"].map((name) => run("cluster", "down", name, "--delete")));
    await project.remove();
  });

  it("come up at the same time on two local clusters, each with its own image tags", async () => {
    await Promise.all([run("up", "dev", "--yes"), run("up", "staging", "--yes")]);
    assert.equal(await image("dev"), "registry.example.com/shop/storefront:1.4.0 2");
    assert.equal(await image("staging"), "registry.example.com/shop/storefront:1.3.2 2");
  });

  it("know nothing of each other: one goes, the other has nothing to do", async () => {
    await run("destroy", "dev", "--yes", "--confirm", "PersistentVolumeClaim");
    assert.match(await run("preview", "staging", "--refresh"), /nothing to change/);
    assert.equal(await image("staging"), "registry.example.com/shop/storefront:1.3.2 2");
  });
});
