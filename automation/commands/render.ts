import { stringify } from "yaml";
import { z } from "zod";
import { failure } from "../../core/errors/error.ts";
import type { ApplicationPlan, EnvironmentPlan } from "../../core/plan/plan.ts";
import { defineCommand } from "../command.ts";
import type { Line } from "../output/line.ts";
import { maskObject } from "../output/mask.ts";
import { deliveryStages, type Stage } from "../output/plan-lines.ts";
import { originText } from "../output/text.ts";
import { planEnvironment } from "../work.ts";
import { environment } from "./parameters.ts";

/** Prints the manifests of one application as they would be applied. */
export const render = defineCommand({
  summary: "Print the manifests of one application as they would be applied.",
  description: "Hooks are among them, in the order of a delivery. Values of Secrets are replaced by [secret].",
  arguments: [environment, { syntax: "<app>", description: "name of the application" }],
  options: [{ syntax: "--revision <id>", description: "render another commit than the pin, by its full id" }],
  examples: ["driftless render dev storefront", "driftless render dev storefront --json"],
  document: "Render",
  input: z.object({ env: z.string(), app: z.string(), revision: z.string().optional() }),
  run: async ({ env, app, revision }, session) => {
    const { plan } = await planEnvironment(session, env, revision);
    const application = find(plan, app);
    const objects = application.objects.map((planned) => ({ ...planned, object: maskObject(planned.object) }));
    const hooks = application.hooks.map((hook) => ({ ...hook, object: maskObject(hook.object) }));
    return {
      document: {
        kind: "Render",
        environment: env,
        revision: plan.revision,
        application: app,
        renderer: application.renderer,
        digest: application.digest,
        objects,
        hooks,
      },
      lines: deliveryStages({ objects, hooks }).flatMap(({ title, items }) =>
        items.flatMap((item) => documentLines(title, item, application.clusters.length > 1)),
      ),
    };
  },
});

function find(plan: EnvironmentPlan, name: string): ApplicationPlan {
  const found = plan.applications.find((application) => application.name === name);
  if (found !== undefined) return found;
  const names = plan.applications.map((application) => application.name).join(", ");
  throw failure(
    "USAGE",
    `The environment "${plan.environment}" has no application "${name}".`,
    names === "" ? "Add it to the environment document." : `Name one of: ${names}.`,
  );
}

function documentLines(stage: string, item: Stage["items"][number], withCluster: boolean): Line[] {
  const { cluster, object, origin } = item;
  const from = origin === undefined ? [] : [`# origin: ${originText(origin)}`];
  const when = "phase" in item || item.wave !== 0 ? [`# ${stage.replace(" hooks", " hook")}`] : [];
  // YAML 1.1, because that is how Kubernetes reads it: strings such as "yes" must stay strings.
  const yaml = stringify(object, { version: "1.1", lineWidth: 0, aliasDuplicateObjects: false });
  const lines = [
    "---",
    ...from,
    ...when,
    ...(withCluster ? [`# cluster: ${cluster}`] : []),
    ...yaml.trimEnd().split("\n"),
  ];
  return lines.map((line) => [line]);
}
