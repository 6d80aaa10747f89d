import { join } from "node:path";
import { stringify } from "yaml";
import { createTestProject, repository, type TestProject } from "../../test/support/pulumi-project.ts";
import { widgetDefinition } from "../../test/support/widget.ts";
import type { Arena } from "../contestants/contestant.ts";
import { applicationName, applicationObjects, manifestText, podSpec } from "../objects.ts";
import { timedRun, type TimedRun } from "../timed-run.ts";
import { widget, widgetKind } from "./cases.ts";

/** Namespaces of the contestants, all on one cluster. */
export const namespaces = { driftless: "bench-driftless", kubectl: "bench-kubectl", flux: "bench-flux" } as const;

const definitionGroup = "bench.driftless.dev";
const widgetKindGroup = `${widgetKind.kind}.${definitionGroup}`;

/** Where the objects beyond those of the applications are, as an application. */
export const extraApplication = "extra";
/** A Deployment whose replicas an autoscaler sets, and one that a webhook gives a sidecar. */
export const scaledDeployment = "scaled";
export const injectedDeployment = "injected";

/** The kind of the custom resource; it is on the cluster before any contestant. */
export const definition = widgetDefinition(definitionGroup, {
  properties: { size: { type: "integer" }, colour: { type: "string", default: "red" } },
});

/** The objects beyond those of the applications: a custom resource, and what autoscalers and webhooks work on. */
export function extraObjects(namespace: string): readonly object[] {
  const { apiVersion, kind } = widgetKind;
  const scaled = { apiVersion: "apps/v1", kind: "Deployment", name: scaledDeployment };
  return [
    { apiVersion, kind, metadata: { name: widget, namespace }, spec: { size: 1 } },
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: extraApplication, namespace } },
    deployment(scaledDeployment, namespace),
    deployment(injectedDeployment, namespace, { inject: "yes" }),
    {
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: { name: scaledDeployment, namespace },
      spec: { scaleTargetRef: scaled, minReplicas: 1, maxReplicas: 5 },
    },
  ];
}

/** Without replicas, which is how manifests leave them to an autoscaler. */
function deployment(name: string, namespace: string, labels: Readonly<Record<string, string>> = {}) {
  const selector = { "app.kubernetes.io/name": name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace, labels: { ...selector, ...labels } },
    spec: {
      selector: { matchLabels: selector },
      template: { metadata: { labels: selector }, spec: podSpec(extraApplication) },
    },
  };
}

/** Driftless on a project of its own. */
export interface Driftless {
  readonly project: TestProject;
  /** Runs a command of it to its end. */
  run(args: readonly string[], codes?: readonly number[]): Promise<TimedRun>;
  /** What starts it: file, arguments and environment. */
  readonly command: { readonly file: string; readonly args: readonly string[]; readonly env: Arena["env"] };
}

/** Makes a project whose environment has all objects. */
export async function makeWorld({ scale, env, kubeconfig }: Arena): Promise<Driftless> {
  const project = await createTestProject();
  const namespace = namespaces.driftless;
  const folders = Array.from({ length: scale.applications }, (_, index): readonly [string, string] => [
    `${applicationName(index)}/objects.yaml`,
    manifestText(applicationObjects(scale, index, namespace)),
  ]);
  const revision = await project.commit({
    ...Object.fromEntries(folders),
    [`${extraApplication}/objects.yaml`]: manifestText(extraObjects(namespace)),
  });
  const names = Array.from({ length: scale.applications }, (_, index) => applicationName(index));
  await writeEnvironment(project, names, revision);
  const command = {
    file: process.execPath,
    args: [join(repository, "automation", "main.ts"), "-C", project.folder],
    env: { ...env, XDG_CACHE_HOME: project.cache, KUBECONFIG: kubeconfig },
  };
  return {
    project,
    command,
    run: (args, codes = [0]) =>
      timedRun(command.file, [...command.args, ...args], { cwd: project.folder, env: command.env, codes }),
  };
}

/** Writes the document of the environment with applications of these names and the one of the other objects. */
export function writeEnvironment(project: TestProject, names: readonly string[], revision: string): Promise<void> {
  const application = (name: string, more: object = {}): readonly [string, object] => [
    name,
    { tenant: "bench", path: name, health: { timeout: "10m" }, ...more },
  ];
  const ignore = [{ kind: "Deployment.apps", name: scaledDeployment, paths: ["/spec/replicas"] }];
  const document = {
    apiVersion: "driftless.dev/v1alpha1",
    kind: "Environment",
    metadata: { name: "bench" },
    source: { repo: "config.git", local: true, revision },
    clusters: { main: { kubeconfig: {} } },
    drift: { heal: "auto" },
    tenants: {
      bench: {
        namespaces: [namespaces.driftless],
        // What a webhook injects keeps to no stricter one.
        podSecurity: "baseline",
        allow: { namespacedKinds: [widgetKindGroup] },
      },
    },
    applications: Object.fromEntries([
      ...names.map((name) => application(name)),
      application(extraApplication, { drift: { ignore } }),
    ]),
  };
  return project.write("environments/bench.yaml", stringify(document));
}
