import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import type { ErrorCode } from "../../core/errors/codes.ts";
import { toolGroups, type ToolName } from "../../toolchain/toolchain.ts";
import { driftless, type CommandOptions } from "../support/command-line.ts";
import { createTestProject, repository, type TestProject } from "../support/pulumi-project.ts";

const configMap = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  greeting: hello\n";

/** What a user has to see. */
interface Expectation {
  readonly code: ErrorCode;
  /** Where it says that the mistake is. */
  readonly place: RegExp | undefined;
  /** What it says, and what to do. */
  readonly says: RegExp;
  readonly exitCode?: number;
}

describe("Bad input, as a user sees it", () => {
  let project: TestProject;
  let good: string;

  before(async () => {
    project = await createTestProject();
    good = await project.commit({ "app/settings.yaml": configMap });
  });
  after(() => project.remove());

  function document(
    changes: { readonly revision?: string; readonly application?: string; readonly cluster?: string } = {},
  ) {
    return `apiVersion: driftless.dev/v1alpha1
kind: Environment
metadata:
  name: dev
source:
  repo: config.git
  local: true
  revision: ${changes.revision ?? good}
clusters:
  main: ${changes.cluster ?? "{ local: { name: nowhere } }"}
tenants:
  shop:
    namespaces: [shop]
applications:
  settings:
${changes.application ?? "    tenant: shop\n    path: app"}
`;
  }

  async function fails(
    text: string,
    args: readonly string[],
    expected: Expectation,
    tools: readonly ToolName[] = toolGroups.render,
    options: CommandOptions = {},
  ): Promise<void> {
    await project.write("environments/dev.yaml", text);
    const { exitCode, stdout, stderr } = await driftless(project, tools, [...args, "--quiet"], options);
    assert.match(stderr, new RegExp(`\\b${expected.code}\\b`));
    assert.match(stderr, expected.says);
    assert.match(stderr, /\n {2}fix: \S/);
    if (expected.place !== undefined) assert.match(stderr.split("\n")[0] ?? "", expected.place);
    assert.ok(stderr.trimEnd().split("\n").length <= 3, `at most three lines:\n${stderr}`);
    assert.doesNotMatch(stderr, /^\s+at /m, "no stack trace");
    for (const folder of [project.folder, project.cache, repository, homedir(), tmpdir()]) {
      assert.ok(!stderr.includes(`${folder}/`), `no absolute path:\n${stderr}`);
    }
    assert.equal(exitCode, expected.exitCode ?? 1);
    assert.equal(stdout, "", "nothing on stdout");
    assert.equal(await readFile(join(project.folder, "environments", "dev.yaml"), "utf8"), text);
    assert.deepEqual(await resourcesInState(project.folder), []);
  }

  const plan = ["plan", "dev"];

  it("names an unknown key, and the one that was meant", () =>
    fails(document({ application: "    tenant: shop\n    pth: app\n    path: app" }), plan, {
      code: "CONFIG_INVALID",
      place: /^environments\/dev\.yaml:17:5 \(applications\.settings\.pth\): /,
      says: /path/,
    }));

  it("names the field of the wrong type", () =>
    fails(document({ application: "    tenant: shop\n    path: [app]" }), plan, {
      code: "CONFIG_INVALID",
      place: /^environments\/dev\.yaml:17:11 \(applications\.settings\.path\): /,
      says: /text|string/,
    }));

  it("reports everything that is wrong in a document at once, two lines each", async () => {
    await project.write("environments/dev.yaml", document({ application: "    tenant: shopp\n    path: 3" }));
    const { exitCode, stderr } = await driftless(project, toolGroups.render, [...plan, "--quiet"]);
    assert.equal(exitCode, 1);
    assert.deepEqual(stderr.match(/applications\.settings\.\w+/g), [
      "applications.settings.tenant",
      "applications.settings.path",
    ]);
    assert.equal(stderr.trimEnd().split("\n").length, 4);
  });

  it("names the file that an application misses", () =>
    fails(document({ application: "    tenant: shop\n    path: apps" }), plan, {
      code: "PATH_NOT_FOUND",
      place: /^environments\/dev\.yaml:17:11 /,
      says: /apps/,
    }));

  it("names the commit that the repository does not have", () =>
    fails(document({ revision: "1".repeat(40) }), plan, {
      code: "COMMIT_NOT_FOUND",
      place: /^environments\/dev\.yaml:8:13 \(source\.revision\): /,
      says: /driftless pin dev/,
    }));

  it("refuses a branch name as the pin, and says what pins", () =>
    fails(document({ revision: "main" }), plan, {
      code: "REVISION_INVALID",
      place: /^environments\/dev\.yaml:8:13 \(source\.revision\): /,
      says: /driftless pin dev/,
    }));

  it("names the line of a YAML error in a manifest", async () => {
    const revision = await project.commit({
      "app/broken.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x\n",
    });
    await fails(document({ revision }), plan, {
      code: "YAML_SYNTAX",
      place: /^app\/broken\.yaml:\d+:\d+/,
      says: /fix:/,
    });
    await project.commit({ "app/broken.yaml": null });
  });

  it("names template and line of a Helm error", async () => {
    const revision = await project.commit({
      "chart/Chart.yaml": "apiVersion: v2\nname: chart\nversion: 1.0.0\n",
      "chart/templates/config.yaml": `${configMap}  x: {{ required "greeting is required" .Values.greeting }}\n`,
    });
    await fails(document({ revision, application: "    tenant: shop\n    path: chart" }), plan, {
      code: "RENDER_FAILED",
      place: /^chart\/templates\/config\.yaml:7/,
      says: /greeting is required/,
    });
  });

  it("names the kustomization and what Kustomize misses", async () => {
    const revision = await project.commit({ "overlay/kustomization.yaml": "resources: [deployment.yaml]\n" });
    await fails(document({ revision, application: "    tenant: shop\n    path: overlay" }), plan, {
      code: "PATH_NOT_FOUND",
      place: /^overlay\/kustomization\.yaml/,
      says: /deployment\.yaml/,
    });
  });

  it("names the patch that Kustomize cannot apply", async () => {
    const revision = await project.commit({
      "overlay/kustomization.yaml":
        "resources: [settings.yaml]\npatches:\n  - patch: '[{op: replace, path: /data/missing, value: x}]'\n    target: {kind: ConfigMap}\n",
      "overlay/settings.yaml": configMap,
    });
    await fails(document({ revision, application: "    tenant: shop\n    path: overlay" }), plan, {
      code: "RENDER_FAILED",
      place: /^overlay/,
      says: /\/data\/missing/,
    });
  });

  it("says which program is missing where nothing can get it, and all the ways to it", async () => {
    const empty = await mkdtemp(join(tmpdir(), "driftless-empty-"));
    try {
      await fails(
        document(),
        plan,
        { code: "TOOL_MISSING", place: undefined, says: /kustomize.*helm/s },
        toolGroups.render,
        { env: { PATH: empty, HOME: empty, GOROOT: undefined }, io: { cache: empty } },
      );
    } finally {
      await rm(empty, { recursive: true });
    }
  });

  it("says which local cluster does not run", () =>
    fails(
      document(),
      ["preview", "dev"],
      { code: "CLUSTER_UNREACHABLE", place: undefined, says: /driftless cluster up nowhere/, exitCode: 4 },
      [...toolGroups.render, ...toolGroups.engine],
    ));

  it("says which cluster cannot be reached, and why", async () => {
    const port = await closedPort();
    await project.write(
      "kubeconfig",
      `apiVersion: v1
kind: Config
current-context: main
clusters: [{ name: main, cluster: { server: "https://127.0.0.1:${port}" } }]
users: [{ name: main, user: { token: canary-token } }]
contexts: [{ name: main, context: { cluster: main, user: main } }]
`,
    );
    for (const command of [
      ["preview", "dev"],
      ["up", "dev", "--yes"],
    ]) {
      await fails(
        document({ cluster: "{ kubeconfig: { path: kubeconfig } }" }),
        command,
        { code: "CLUSTER_UNREACHABLE", place: undefined, says: /"main".*refused/, exitCode: 4 },
        [...toolGroups.render, ...toolGroups.engine],
      );
    }
  });

  it("says that the passphrase of a shared state is missing, and how to set it", async () => {
    const state = await mkdtemp(join(tmpdir(), "driftless-state-"));
    try {
      await fails(
        document(),
        ["preview", "dev"],
        { code: "PASSPHRASE_MISSING", place: undefined, says: /PULUMI_CONFIG_PASSPHRASE/ },
        [...toolGroups.render, ...toolGroups.engine],
        {
          env: {
            PULUMI_BACKEND_URL: `file://${state}`,
            PULUMI_CONFIG_PASSPHRASE: undefined,
            PULUMI_CONFIG_PASSPHRASE_FILE: undefined,
          },
        },
      );
    } finally {
      await rm(state, { recursive: true });
    }
  });
});

/** Files of the project's state that hold a resource. */
async function resourcesInState(folder: string): Promise<readonly string[]> {
  const state = join(folder, ".driftless", "state");
  if (!existsSync(state)) return [];
  const files = (await readdir(state, { recursive: true })).filter((file) => file.endsWith(".json"));
  const texts = await Promise.all(files.map((file) => readFile(join(state, file), "utf8")));
  return files.filter((_, index) => texts[index]?.includes('"urn"'));
}

/** A port on which nothing listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  assert.ok(address !== null && typeof address === "object");
  return address.port;
}
