import assert from "node:assert/strict";
import type { Finding } from "../../core/errors/finding.ts";
import { toolGroups } from "../../toolchain/toolchain.ts";
import type { AuditLevel } from "../../toolchain/local-cluster/settings.ts";
import { driftless, type CommandOptions, type CommandResult } from "./command-line.ts";
import type { Commit } from "./config-repo.ts";
import { environmentText } from "./environment-text.ts";
import { startTestCluster, type TestCluster } from "./local-cluster.ts";
import { createTestProject, type TestProject } from "./pulumi-project.ts";

/** What `--json` printed, as far as these tests read it. */
export interface Printed {
  readonly kind: string;
  readonly findings?: readonly Finding[];
  readonly changes?: readonly {
    readonly action: string;
    readonly kind: string;
    readonly name: string;
    readonly from?: string;
    readonly fields?: readonly { readonly path: string }[];
  }[];
}

/** A project with the environment `dev` on a cluster of its own, driven through the command line. */
export class DeliveryEnvironment {
  readonly project: TestProject;
  readonly cluster: TestCluster;
  #revision = "";

  private constructor(project: TestProject, cluster: TestCluster) {
    this.project = project;
    this.cluster = cluster;
  }

  /** Starts a cluster of this name, with an audit log in its folder if `audit` says so. */
  static async start(name: string, audit?: AuditLevel): Promise<DeliveryEnvironment> {
    const cluster = await startTestCluster(name, audit);
    return new DeliveryEnvironment(await createTestProject(), cluster);
  }

  /** Stops and removes all of it. */
  async remove(): Promise<void> {
    await this.project.remove();
    await this.cluster.remove();
  }

  /** Commits files. */
  async commit(files: Commit): Promise<void> {
    this.#revision = await this.project.commit(files);
  }

  /** Writes the document of `dev`, pinned to the last commit; `rest` follows `tenants` and names the applications. */
  async write(
    rest: string,
    tenants = "{ shop: { namespaces: [shop], podSecurity: baseline } }",
    clusters: unknown = { eu: { kubeconfig: {} } },
  ): Promise<void> {
    await this.project.write(
      "environments/dev.yaml",
      `${environmentText(this.#revision, { clusters, tenants })}${rest}\n`,
    );
  }

  /** Runs a command to its end, however it ends. */
  run(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
    const tools = [...toolGroups.render, ...toolGroups.engine];
    const env = { KUBECONFIG: this.cluster.kubeconfig, ...options.env };
    return driftless(this.project, tools, args, { ...options, env });
  }

  /** Runs a command that must succeed. */
  async must(...args: readonly string[]): Promise<CommandResult> {
    const result = await this.run(args);
    assert.equal(result.exitCode, 0, result.stderr + result.stdout);
    return result;
  }

  /** Runs a command with `--json`, whatever its exit code. */
  async json(...args: readonly string[]): Promise<Printed> {
    const result = await this.run([...args, "--json"]);
    return JSON.parse(result.stdout) as Printed;
  }

  /** Codes of the findings with which a command ends. */
  async codes(...args: readonly string[]): Promise<readonly string[]> {
    return ((await this.json(...args)).findings ?? []).map(({ code }) => code);
  }

  /** Runs kubectl in the namespace `shop`. */
  kubectl(...args: readonly string[]): Promise<string> {
    return this.cluster.kubectl("-n", "shop", ...args);
  }

  /** True if the object, such as `configmap/settings`, is there. */
  async exists(name: string): Promise<boolean> {
    return (await this.kubectl("get", name, "--ignore-not-found", "-o", "name")) !== "";
  }
}

/** Rows of changes as `<action> <name>`, sorted. */
export function rows({ changes = [] }: Printed): readonly string[] {
  return changes.map(({ action, name }) => `${action} ${name}`).sort();
}
