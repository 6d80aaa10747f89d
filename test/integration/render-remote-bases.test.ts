import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "mocha";
import { DriftlessError } from "../../core/errors/error.ts";
import { computePlan } from "../../core/plan/compute.ts";
import type { RenderTools } from "../../core/render/renderer.ts";
import { GitRepo } from "../support/git-repo.ts";
import { startGitServer, type GitServer } from "../support/git-server.ts";
import { createTestProject, type TestProject } from "../support/pulumi-project.ts";
import { renderTools } from "../support/tools.ts";

const configMap = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\n`;

describe("a kustomization with a remote base", function () {
  this.timeout(600_000);
  let tools: RenderTools;
  let repo: GitRepo;
  let server: GitServer;
  let project: TestProject;
  let revision: string;

  before(async function () {
    tools = await renderTools();
    repo = await GitRepo.create();
    revision = await repo.commit({
      "web/kustomization.yaml": "resources: [../shared, web.yaml]\n",
      "web/web.yaml": `# the base\n${configMap("web")}`,
      "shared/kustomization.yaml": "resources: [shared.yaml]\n",
      "shared/shared.yaml": configMap("shared"),
      "escape/kustomization.yaml": "resources: [../../../../../app/own.yaml]\n",
    });
    const started = await startGitServer(repo.root);
    if (started === undefined) return this.skip();
    server = started;
  });
  beforeEach(async () => {
    project = await createTestProject();
  });
  after(async () => {
    await server.close();
    await repo.remove();
    await project.remove();
  });

  const plan = async (reference: string, listed: string) => {
    const pin = await project.commit({
      "app/kustomization.yaml": `resources:\n- own.yaml # kept\n- ${reference}\n`,
      "app/own.yaml": configMap("own"),
    });
    await project.write(
      "environments/dev.yaml",
      `apiVersion: driftless.dev/v1alpha1
kind: Environment
metadata: { name: dev }
source:
  repo: config.git
  local: true
  revision: "${pin}"
  remoteBases: ${listed}
clusters: { main: { local: { name: dev } } }
tenants: { shop: { namespaces: [shop] } }
applications: { app: { tenant: shop, path: app } }
`,
    );
    const env = { ...process.env, GIT_SSL_CAINFO: server.certificate };
    const request = { project: project.folder, environment: "dev", cache: project.cache, env, tools };
    return (await computePlan(request)).plan.applications[0]?.objects ?? [];
  };
  const refusal = async (reference: string, listed: string): Promise<string> => {
    const error: unknown = await plan(reference, listed).catch((reason: unknown) => reason);
    assert.ok(error instanceof DriftlessError, String(error));
    return error.message;
  };
  const listed = (): string => `[{ repo: ${server.address}/config.git, revision: "${revision}" }]`;

  it("is rendered from the listed commit, with the file and line of each object there", async () => {
    const objects = await plan(`${server.address}/config.git//web?ref=${revision}`, listed());
    const host = new URL(server.address).host.replace(":", "_");
    const folder = `.driftless-remote/${host}/config@${revision.slice(0, 12)}`;
    assert.deepEqual(objects.map(({ object, origin }) => [object.metadata.name, origin?.path, origin?.line]).sort(), [
      ["own", "app/own.yaml", 1],
      ["shared", `${folder}/shared/shared.yaml`, 1],
      ["web", `${folder}/web/web.yaml`, 2],
    ]);
  });

  it("is refused at another commit, from another repository, and if it leads out of its own", async () => {
    const message = await refusal(`${server.address}/config.git//web?ref=main`, listed());
    assert.match(
      message,
      /^app\/kustomization.yaml:3:3 \(resources.1\): REMOTE_BASE_DENIED .*does not name the commit/,
    );
    assert.match(
      await refusal(`${server.address}/config.git//web?ref=${revision}`, "[]"),
      /REMOTE_BASE_DENIED .*outside/,
    );
    assert.match(await refusal(`${server.address}/config.git//escape?ref=${revision}`, listed()), /PATH_ESCAPE/);
  });

  it("is named at its place in the document if its commit cannot be had", async () => {
    const message = await refusal(
      "own.yaml",
      `[{ repo: ${server.address}/config.git, revision: "${"1".repeat(40)}" }]`,
    );
    assert.match(message, /^environments\/dev.yaml:8:\d+ \(source.remoteBases.0.repo\): COMMIT_NOT_FOUND/);
  });
});
