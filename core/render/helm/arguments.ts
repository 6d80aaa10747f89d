import { join } from "node:path";
import type { RenderRequest } from "../renderer.ts";
import type { Sandbox } from "../sandbox.ts";
import { visibleApiVersions } from "./api-versions.ts";

/** Kubernetes version that templates see where the document names none: rendering asks no cluster. */
export const defaultKubeVersion = "1.36.0";

/** Name of the file in the sandbox with the values that the document itself holds. */
export const ownValues = "values.json";

/** Name of the file in the sandbox with a chart of a repository. */
export const ownChart = "chart.tgz";

/** How `helm template` is called. */
export function templateArguments(
  { path, namespace, helm }: RenderRequest,
  values: readonly string[],
  sandbox: Sandbox,
): string[] {
  const files = values.map((file) => join(sandbox.source, file));
  return [
    "template",
    `--namespace=${namespace}`,
    `--kube-version=${fullVersion(helm.kubeVersion ?? defaultKubeVersion)}`,
    ...visibleApiVersions(helm.apiVersions ?? []).map((version) => `--api-versions=${version}`),
    ...(helm.skipCrds === true ? [] : ["--include-crds"]),
    ...(helm.skipTests === true ? ["--skip-tests"] : []),
    ...(helm.skipSchemaValidation === true ? ["--skip-schema-validation"] : []),
    // Helm reads the value as a line of CSV; a quoted field may hold commas.
    ...[...files, join(sandbox.folder, ownValues)].map((file) => `--values="${file.replaceAll('"', '""')}"`),
    "--",
    helm.release,
    helm.chart === undefined ? join(sandbox.source, path) : join(sandbox.folder, ownChart),
  ];
}

/** A cluster always says a patch version; templates may take it apart. */
function fullVersion(version: string): string {
  return /^[0-9]+\.[0-9]+$/.test(version) ? `${version}.0` : version;
}
