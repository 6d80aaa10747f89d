import assert from "node:assert/strict";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { toolGroups } from "../../toolchain/toolchain.ts";
import { driftless, type CommandResult } from "../support/command-line.ts";
import { environmentText } from "../support/environment-text.ts";
import { startTestCluster, type TestCluster } from "../support/local-cluster.ts";
import { PlainPulumi } from "../support/plain-pulumi.ts";
import { createTestProject, type TestProject } from "../support/pulumi-project.ts";
import { configMap } from "../support/sample.ts";

interface Kubeconfig {
  readonly users: readonly { readonly name: string; readonly user: Readonly<Record<string, string>> }[];
}

interface Printed {
  readonly findings?: readonly { readonly code: string; readonly message: string; readonly fix: string }[];
  readonly changes?: readonly unknown[];
}

describe("a kubeconfig that is not a file", function () {
  this.timeout(300_000);
  let cluster: TestCluster;
  let project: TestProject;
  let pulumi: PlainPulumi;
  let revision: string;
  let content: string;

  before(async () => {
    cluster = await startTestCluster("kept");
    project = await createTestProject();
    // Neither the command line nor plain Pulumi gets a KUBECONFIG: only what the engine keeps leads to the cluster.
    pulumi = await PlainPulumi.create(project, {});
    revision = await project.commit({ "web/settings.yaml": configMap("settings") });
    content = await cluster.kubectl("config", "view", "--raw", "-o", "json");
  });
  after(async () => {
    await project.remove();
    await cluster.remove();
  });

  const write = (kubeconfig: unknown, value = revision): Promise<void> =>
    project.write(
      "environments/dev.yaml",
      environmentText(value, {
        clusters: { eu: { kubeconfig } },
        tenants: { shop: { namespaces: ["shop"], podSecurity: "baseline" } },
        applications: { web: { tenant: "shop", path: "web" } },
      }),
    );
  const run = (...args: readonly string[]): Promise<CommandResult> =>
    driftless(project, [...toolGroups.render, ...toolGroups.engine], args, {
      env: { PULUMI_CONFIG_PASSPHRASE: "test" },
    });
  const must = async (...args: readonly string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await run(...args);
    assert.equal(exitCode, 0, stderr + stdout);
    return stdout;
  };
  const refusal = async (...args: readonly string[]) => {
    const { exitCode, stdout } = await run(...args, "--json");
    assert.notEqual(exitCode, 0, stdout);
    const [finding, ...more] = (JSON.parse(stdout) as Printed).findings ?? [];
    assert.deepEqual(more, []);
    return finding;
  };
  const nothingChanges = async (): Promise<void> => {
    assert.deepEqual((JSON.parse(await must("preview", "dev", "--json")) as Printed).changes, []);
    await must("drift", "dev");
    assert.deepEqual(await pulumi.steps("dev"), []);
  };
  const tokenOf = (text: string): string => {
    const token = (JSON.parse(text) as Kubeconfig).users[0]?.user["token"] ?? "";
    assert.ok(token.length > 20);
    return token;
  };

  it("is asked for with its fix while the configuration of the stack does not have it", async () => {
    await write({ secret: "eu" });
    const noStack = await refusal("preview", "dev");
    assert.equal(noStack?.code, "KUBECONFIG_INVALID");
    assert.match(noStack.fix, /pulumi stack init dev; pulumi config set --secret eu --stack dev/);
    await pulumi.must(["stack", "init", "dev"]);
    const noKey = await refusal("preview", "dev");
    assert.equal(noKey?.code, "KUBECONFIG_INVALID");
    assert.match(noKey.message, /Pulumi\.dev\.yaml\) has no "eu"/);
  });

  it("is taken from the configuration of the stack, and is in no file as it is", async () => {
    await pulumi.must(["config", "set", "--secret", "eu", "-s", "dev", content]);
    await must("up", "dev", "--yes");
    assert.equal(await cluster.kubectl("-n", "shop", "get", "cm/settings", "-o", "jsonpath={.data.key}"), "1");
    await nothingChanges();
    const files = await readdir(project.folder, { recursive: true, withFileTypes: true });
    const written = files.filter((file) => file.isFile() && !file.parentPath.includes("node_modules"));
    assert.ok(written.some(({ name }) => name === "Pulumi.dev.yaml"));
    for (const { parentPath, name } of written) {
      const text = await readFile(join(parentPath, name), "latin1");
      assert.ok(!text.includes(tokenOf(content)), name);
    }
  });

  it("is taken from an output of another stack, which changes nothing", async () => {
    await write({ stack: "platform/production", output: "kubeconfig" });
    const missing = await refusal("preview", "dev");
    assert.match(missing?.message ?? "", /The backend has no stack "platform\/production"/);
    await project.write(
      "platform/Pulumi.yaml",
      "name: platform\nruntime: { name: nodejs, options: { typescript: false } }\n",
    );
    await project.write(
      "platform/index.js",
      'import { Config, secret } from "@pulumi/pulumi";\nexport const kubeconfig = secret(new Config().require("content"));\n',
    );
    await project.write("platform/package.json", '{ "type": "module", "main": "index.js" }\n');
    const platform = join(project.folder, "platform");
    const backend = { PULUMI_BACKEND_URL: `file://${join(project.folder, ".driftless", "state")}` };
    await pulumi.must(["stack", "init", "production", "-C", platform], backend);
    await pulumi.must(["config", "set", "--secret", "content", "-s", "production", "-C", platform, content], backend);
    await pulumi.must(["up", "--yes", "--skip-preview", "-s", "production", "-C", platform], backend);
    await nothingChanges();
    await write({ stack: "platform/production", output: "other" });
    assert.match((await refusal("preview", "dev"))?.message ?? "", /has no output "other"/);
  });

  it("runs a credential plugin only where the document allows that very command", async () => {
    const plugin = join(cluster.folder, "token.json");
    const apiVersion = "client.authentication.k8s.io/v1";
    await writeFile(
      plugin,
      JSON.stringify({ apiVersion, kind: "ExecCredential", status: { token: tokenOf(content) } }),
    );
    const exec = { apiVersion, command: "cat", args: [plugin], interactiveMode: "Never" };
    const { users, ...rest } = JSON.parse(content) as Kubeconfig;
    await project.write(
      "plugin.json",
      JSON.stringify({ ...rest, users: users.map(({ name }) => ({ name, user: { exec } })) }),
    );
    await write({ path: "plugin.json" });
    assert.equal((await refusal("preview", "dev"))?.code, "KUBECONFIG_DENIED");
    await write({ path: "plugin.json", allowExec: ["aws"] });
    assert.equal((await refusal("preview", "dev"))?.code, "KUBECONFIG_DENIED");
    const next = await project.commit({ "web/settings.yaml": configMap("settings", "2") });
    await write({ path: "plugin.json", allowExec: ["cat"] }, next);
    await must("up", "dev", "--yes");
    assert.equal(await cluster.kubectl("-n", "shop", "get", "cm/settings", "-o", "jsonpath={.data.key}"), "2");
    await nothingChanges();
  });
});
