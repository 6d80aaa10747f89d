import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { throwErrors } from "../../errors/error.ts";
import { ProgramError } from "../../exec/run.ts";
import { planExport } from "../../git/export.ts";
import { readCheckedTexts } from "../inputs.ts";
import { checkInputs } from "../limits.ts";
import { parseOutput } from "../output.ts";
import type { Renderer, RenderRequest } from "../renderer.ts";
import { runTool } from "../run-tool.ts";
import { withSandbox, type Sandbox } from "../sandbox.ts";
import { visibleApiVersions } from "./api-versions.ts";
import { checkChart } from "./chart.ts";
import { helmFailure } from "./failure.ts";
import { templateAt } from "./origin.ts";
import { checkValuesSchema } from "./schema.ts";
import { valuesFiles } from "./values.ts";

/** Raised when the way Helm is called changes. */
const recipe = 2;

/** Kubernetes version that templates see where the document names none: rendering asks no cluster. */
export const defaultKubeVersion = "1.36.0";

/** Name of the file in the sandbox with the values that the document itself holds. */
const ownValues = "values.json";

/** Files of a chart that Helm itself parses, at any depth below `charts/`. */
const parsedFiles =
  /(^|\/)(Chart\.yaml|Chart\.lock|values\.yaml|values\.schema\.json|requirements\.(yaml|lock)|crds\/[^/]+\.ya?ml)$/;

/** Helm: the real program, on exactly the chart and its values files. Hooks stay manifests with their annotation. */
export const helmRenderer: Renderer = {
  name: "helm",
  version: ({ helm }) => `${helm.version}+${recipe}+${defaultKubeVersion}`,
  inputs: async (request) => {
    const values = await valuesFiles(request);
    const files = await planExport(request.tree, [request.path, ...values]);
    checkInputs(request.path, files);
    return files.map((file) => ({ ...file, yaml: parsedFiles.test(file.path) || values.includes(file.path) }));
  },
  render: async (request, inputs, { tools, signal }) => {
    const { tree, path } = request;
    const texts = await readCheckedTexts(tree, inputs);
    const files = inputs.map((input) => input.path);
    const schemas = [...texts].filter(([file]) => file.endsWith("values.schema.json"));
    throwErrors([
      ...checkChart(path, texts, files),
      ...schemas.flatMap(([file, text]) => checkValuesSchema(text, file)),
    ]);
    const values = await valuesFiles(request);
    const output = await withSandbox(tree, inputs, async (sandbox) => {
      await writeFile(join(sandbox.folder, ownValues), JSON.stringify(request.helm.valuesObject ?? {}), {
        mode: 0o600,
      });
      try {
        return await runTool(tools.helm, templateArguments(request, values, sandbox), sandbox, request, signal);
      } catch (error) {
        throw error instanceof ProgramError ? helmFailure(error, sandbox, request) : error;
      }
    });
    const template = templateAt(output, path, new Set(files));
    return parseOutput(output, (line) => ({ file: template(line) })).map(({ object, origin }) => ({
      object,
      origin: { path: template(origin.line ?? 1) },
    }));
  },
};

function templateArguments(
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
    join(sandbox.source, path),
  ];
}

/** A cluster always says a patch version; templates may take it apart. */
function fullVersion(version: string): string {
  return /^[0-9]+\.[0-9]+$/.test(version) ? `${version}.0` : version;
}
