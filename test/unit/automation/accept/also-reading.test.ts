import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { alsoReading } from "../../../../automation/accept/also-reading.ts";
import { loadEnvironment } from "../../../../core/environment/load.ts";
import { environmentText } from "../../../support/environment-text.ts";
import { createTestProject, type TestProject } from "../../../support/pulumi-project.ts";

describe("Environments that read the files that are changed", () => {
  let project: TestProject;
  const write = (name: string, path: string, repo = "config.git") =>
    project.write(
      `environments/${name}.yaml`,
      environmentText("1".repeat(40), {
        name,
        tenants: { shop: { namespaces: ["shop"] } },
        applications: { web: { tenant: "shop", path } },
      }).replace("config.git", repo),
    );

  before(async () => {
    project = await createTestProject();
    await write("dev", "applications/web");
    await write("staging", "applications/web");
    await write("other", "applications/web-two");
    await write("elsewhere", "applications/web", "other.git");
    await project.write("environments/broken.yaml", "kind: [\n");
  });
  after(() => project.remove());

  it("are those with the same repository and an application of the same folder", async () => {
    const dev = await loadEnvironment(project.folder, "dev");
    assert.deepEqual(await alsoReading(project.folder, dev, ["applications/web/a.yaml"]), ["staging (web)"]);
    assert.deepEqual(await alsoReading(project.folder, dev, ["applications/web-two/a.yaml"]), ["other (web)"]);
    assert.deepEqual(await alsoReading(project.folder, dev, ["applications/a.yaml"]), []);
  });
});
