import assert from "node:assert/strict";
import { programs } from "../../toolchain/local-cluster/layout.ts";
import { stopProgram } from "../../toolchain/local-cluster/process.ts";
import { toolGroups } from "../../toolchain/toolchain.ts";
import { driftless, type CommandResult } from "./command-line.ts";
import { environmentText } from "./environment-text.ts";
import { startTestCluster, type TestCluster } from "./local-cluster.ts";
import { createTestProject, type TestProject } from "./pulumi-project.ts";

/** A project whose environment `dev` runs on several clusters, each a real API server, driven through the command line. */
export class Fleet {
  readonly project: TestProject;
  readonly #clusters: ReadonlyMap<string, TestCluster>;
  #revision = "";

  private constructor(project: TestProject, clusters: ReadonlyMap<string, TestCluster>) {
    this.project = project;
    this.#clusters = clusters;
  }

  /** Starts clusters of these names, side by side. */
  static async start(...names: readonly string[]): Promise<Fleet> {
    const started = names.map(async (name) => [name, await startTestCluster(name)] as const);
    return new Fleet(await createTestProject(), new Map(await Promise.all(started)));
  }

  async remove(): Promise<void> {
    await Promise.all([this.project.remove(), ...[...this.#clusters.values()].map((cluster) => cluster.remove())]);
  }

  /** Commits files, and writes the document of `dev` for that commit. `labels`: of each cluster, by name. */
  async pin(
    files: Readonly<Record<string, string | null>>,
    labels: Readonly<Record<string, Readonly<Record<string, string>>>>,
    rest: string,
  ): Promise<void> {
    this.#revision = await this.project.commit(files);
    await this.write(labels, rest);
  }

  /** Writes the document of `dev` for the last commit. */
  async write(labels: Readonly<Record<string, Readonly<Record<string, string>>>>, rest: string): Promise<void> {
    const clusters = Object.fromEntries(
      Object.entries(labels).map(([name, own]) => [name, { kubeconfig: { env: variable(name) }, labels: own }]),
    );
    await this.project.write("environments/dev.yaml", `${environmentText(this.#revision, { clusters })}${rest}\n`);
  }

  /** Runs a command that must end with this exit code. */
  async run(args: readonly string[], exitCode = 0): Promise<CommandResult> {
    const env = Object.fromEntries([...this.#clusters].map(([name, { kubeconfig }]) => [variable(name), kubeconfig]));
    const result = await driftless(this.project, [...toolGroups.render, ...toolGroups.engine], args, { env });
    assert.equal(result.exitCode, exitCode, `${result.stdout}\n${result.stderr}`);
    return result;
  }

  /** Runs one with `--json`; returns its document. */
  async json<Document>(args: readonly string[], exitCode = 0): Promise<Document> {
    return JSON.parse((await this.run([...args, "--json"], exitCode)).stdout) as Document;
  }

  /** A field of an object in the namespace `shop` of a cluster, as jsonpath; the empty string if it is not there. */
  async field(cluster: string, object: string, path: string): Promise<string> {
    return this.kubectl(cluster, "get", object, "--ignore-not-found", "-o", `jsonpath={${path}}`);
  }

  /** Runs kubectl in the namespace `shop` of a cluster. */
  kubectl(cluster: string, ...args: readonly string[]): Promise<string> {
    return this.#get(cluster).kubectl("-n", "shop", ...args);
  }

  /** Kills what a cluster consists of, but for its data. */
  async stop(cluster: string): Promise<void> {
    const { folder } = this.#get(cluster);
    // Controllers that lived on without an API server would ask for it ever more seldom, and be away minutes longer.
    const controllers = programs.filter((program) => program !== "etcd");
    await Promise.all(controllers.map((program) => stopProgram(folder, program, 0)));
  }

  /** Starts it again, and waits until what runs there is well. */
  async restart(cluster: string): Promise<void> {
    await this.#get(cluster).start();
    await this.kubectl(cluster, "wait", "node", "--all", "--for=condition=Ready", "--timeout=50s");
    // Pods of a node that nobody has heard of for a while are unready, and here no kubelet makes them ready again: others do.
    await this.kubectl(cluster, "delete", "pod", "--all", "--force", "--grace-period=0");
    await this.kubectl(cluster, "wait", "deployment", "--all", "--for=condition=Available", "--timeout=50s");
  }

  #get(name: string): TestCluster {
    const cluster = this.#clusters.get(name);
    assert.ok(cluster, `there is no cluster ${name}`);
    return cluster;
  }
}

function variable(cluster: string): string {
  return `KUBECONFIG_${cluster.toUpperCase()}`;
}
