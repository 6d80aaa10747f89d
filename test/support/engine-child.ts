import process from "node:process";
import { openTestEngine, runOptions } from "./engine.ts";
import type { TestProject } from "./pulumi-project.ts";

/*
 * A run of its own process, so that a test can kill it: `engine-child.ts <project folder> <cache home> <kubeconfig> <environment>`.
 */
const [folder = "", cacheHome = "", kubeconfig = "", environment = ""] = process.argv.slice(2);
const refuse = (): never => {
  throw new Error("not in a child");
};
const project: TestProject = {
  folder,
  cacheHome,
  cache: `${cacheHome}/driftless`,
  write: refuse,
  commit: refuse,
  remove: refuse,
};
const engine = await openTestEngine(project, kubeconfig, { environment });
await engine.up(await runOptions(project, environment));
