import assert from "node:assert/strict";
import { toolGroups } from "../../toolchain/toolchain.ts";
import { driftless, type CommandOptions, type CommandResult } from "./command-line.ts";
import type { TestCluster } from "./local-cluster.ts";
import type { TestProject } from "./pulumi-project.ts";
import { deployment, environmentDocument } from "./sample.ts";

/** The command line on a project whose environment `dev` runs on one cluster. */
export interface TestDelivery {
  /** Commits files and pins them; returns the commit. */
  pin(files: Readonly<Record<string, string | null>>): Promise<string>;
  /** Pins a commit. */
  pinTo(revision: string): Promise<void>;
  /** Runs a command line that must end with this exit code. */
  run(args: readonly string[], exitCode?: number, options?: CommandOptions): Promise<CommandResult>;
  /** Runs one with `--json`; returns its document. */
  json(
    args: readonly string[],
    exitCode?: number,
    options?: CommandOptions,
  ): Promise<Readonly<Record<string, unknown>>>;
}

/** How a test delivers: `applications` as `environmentDocument` takes them. */
export function testDelivery(
  project: TestProject,
  cluster: TestCluster,
  applications: Readonly<Record<string, string>>,
): TestDelivery {
  const tools = [...toolGroups.render, ...toolGroups.engine];
  const pinTo = (revision: string): Promise<void> =>
    project.write("environments/dev.yaml", environmentDocument(revision, { applications }));
  const run: TestDelivery["run"] = async (args, exitCode = 0, options = {}) => {
    const env = { KUBECONFIG: cluster.kubeconfig, ...options.env };
    const result = await driftless(project, tools, args, { ...options, env });
    assert.equal(result.exitCode, exitCode, `${result.stdout}\n${result.stderr}`);
    return result;
  };
  return {
    pinTo,
    run,
    pin: async (files) => {
      const revision = await project.commit(files);
      await pinTo(revision);
      return revision;
    },
    json: async (args, exitCode, options) => {
      const document: unknown = JSON.parse((await run([...args, "--json"], exitCode, options)).stdout);
      assert.ok(typeof document === "object" && document !== null);
      return Object.fromEntries(Object.entries(document));
    },
  };
}

/** A Deployment whose pods play something, see `startTestCluster`. */
export function playing(name: string, play: string, image = "registry.example.com/web:1.0.0"): string {
  const annotated = `    metadata: { labels: { app: ${name} }, annotations: { test.driftless.dev/play: ${play} } }`;
  return deployment(name, image).replace(`    metadata: { labels: { app: ${name} } }`, annotated);
}
