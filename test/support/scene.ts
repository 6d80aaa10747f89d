import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { toolGroups } from "../../toolchain/toolchain.ts";
import { driftless, type CommandResult } from "./command-line.ts";
import type { Commit } from "./config-repo.ts";
import { environmentText } from "./environment-text.ts";
import type { TestCluster } from "./local-cluster.ts";
import { createTestProject, type TestProject } from "./pulumi-project.ts";

const tools = [...toolGroups.render, ...toolGroups.engine];

/** What an environment of a scene holds besides its source. */
export interface SceneDocument {
  /** Fields of each application as a flow mapping without braces; its path is its name. */
  readonly applications: Readonly<Record<string, string>>;
  /** What its tenant may use besides the usual, as a flow mapping without braces. */
  readonly allow?: string;
}

/** One environment on a cluster that others use too: project, environment, tenant and namespace have the same name. */
export class Scene {
  readonly name: string;
  readonly #cluster: TestCluster;
  readonly #project: TestProject;

  private constructor(name: string, cluster: TestCluster, project: TestProject) {
    this.name = name;
    this.#cluster = cluster;
    this.#project = project;
  }

  static async open(name: string, cluster: TestCluster): Promise<Scene> {
    return new Scene(name, cluster, await createTestProject());
  }

  /** Commits files and writes the document that pins them; applications wait 12 s for health if they say nothing else. */
  async pin(files: Commit, { applications, allow }: SceneDocument): Promise<void> {
    const { name } = this;
    const revision = await this.#project.commit(files);
    const entries = Object.entries(applications).map(
      ([application, fields]) =>
        `  ${application}: { tenant: ${name}, path: ${application}${/\bhealth:/.test(fields) ? "" : ", health: { timeout: 12s }"}${fields === "" ? "" : `, ${fields}`} }`,
    );
    await this.#project.write(
      `environments/${name}.yaml`,
      environmentText(revision, {
        name,
        clusters: { eu: { kubeconfig: {} } },
        tenants: `\n  ${name}: { namespaces: [${name}], podSecurity: baseline${allow === undefined ? "" : `, allow: { ${allow} }`} }`,
        applications: `\n${entries.join("\n")}`,
      }),
    );
  }

  /** Runs a command on the environment, which must end with this exit code. */
  async run(command: string, exitCode: number, ...options: readonly string[]): Promise<CommandResult> {
    const env = { KUBECONFIG: this.#cluster.kubeconfig };
    const result = await driftless(this.#project, tools, [command, this.name, ...options], { env });
    assert.equal(result.exitCode, exitCode, `${result.stdout}\n${result.stderr}`);
    assert.doesNotMatch(result.stdout + result.stderr, /urn:pulumi|\n\s+at |INTERNAL|ENGINE_FAILED|\/tmp\//);
    return result;
  }

  /** An update that must end with this exit code. */
  up(exitCode = 0): Promise<CommandResult> {
    return this.run("up", exitCode, "--yes");
  }

  /** Fails unless the cluster is as the pin says, and the state knows. */
  async converged(): Promise<void> {
    const { stdout } = await this.run("preview", 0, "--refresh", "--exit-code");
    assert.match(stdout, /nothing to change\n$/);
  }

  /** Runs kubectl in the namespace of the scene. */
  kubectl(...args: readonly string[]): Promise<string> {
    return this.#cluster.kubectl("-n", this.name, ...args);
  }

  /** Names of the objects of some kinds that the scene has. */
  async names(kinds: string): Promise<readonly string[]> {
    const text = await this.kubectl("get", kinds, "-o", "name", "--ignore-not-found", "-l", ours);
    return text === "" ? [] : text.split("\n").map((line) => line.replace(/^.*\//, ""));
  }

  /** Waits until an object is there. */
  async until(kind: string, name: string): Promise<void> {
    for (let look = 0; look < 600; look += 1) {
      if ((await this.names(kind)).includes(name)) return;
      await sleep(200);
    }
    assert.fail(`${kind}/${name} never came`);
  }

  remove(): Promise<void> {
    return this.#project.remove();
  }
}

const ours = "app.kubernetes.io/managed-by=driftless";
