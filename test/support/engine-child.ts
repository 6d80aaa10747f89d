import process from "node:process";
import { openTestEngine, runOptions } from "./engine.ts";
import type { TestProject } from "./pulumi-project.ts";

/*
 * A run of its own process, so that a test can kill it: `engine-child.ts <project folder> <cache home> <kubeconfig> <environment> [destroy]`.
 */
const [folder = "", cacheHome = "", kubeconfig = "", environment = "", command = "up"] = process.argv.slice(2);
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
// A backend that others use too, if there is one.
const { PULUMI_BACKEND_URL, PULUMI_CONFIG_PASSPHRASE } = process.env;
const env = { PULUMI_BACKEND_URL, PULUMI_CONFIG_PASSPHRASE };
const engine = await openTestEngine(project, kubeconfig, { environment, env });
// As the command line does: what an update may do depends on its preview.
await engine.recover();
if (command === "destroy") {
  await engine.destroy({ preview: true });
  await engine.destroy({});
} else {
  const options = await runOptions(project, environment);
  await engine.preview(options);
  await engine.up(options);
}
