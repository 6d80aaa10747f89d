import { join } from "node:path";
import { throwErrors } from "../../errors/error.ts";
import type { Finding } from "../../errors/finding.ts";
import { ProgramError } from "../../exec/run.ts";
import { planExport } from "../../git/export.ts";
import { joinInside } from "../../git/path.ts";
import { collect, readCheckedTexts, resolveWritten } from "../inputs.ts";
import { checkInputs } from "../limits.ts";
import { parseOutput } from "../output.ts";
import type { Renderer, RenderRequest } from "../renderer.ts";
import { runTool } from "../run-tool.ts";
import { withSandbox, type Sandbox } from "../sandbox.ts";
import { checkChart } from "./chart.ts";
import { helmFailure } from "./failure.ts";
import { templateAt } from "./origin.ts";
import { checkValuesSchema } from "./schema.ts";

/** Raised when the way Helm is called changes. */
const recipe = 1;

/** Kubernetes version that templates see: rendering asks no cluster, so it is the same for everyone. */
const kubeVersion = "1.36.0";

/** Files of a chart that Helm itself parses, at any depth below `charts/`. */
const parsedFiles =
  /(^|\/)(Chart\.yaml|Chart\.lock|values\.yaml|values\.schema\.json|requirements\.(yaml|lock)|crds\/[^/]+\.ya?ml)$/;

/** Helm: the real program, on exactly the chart and its values files. Hooks stay manifests with their annotation. */
export const helmRenderer: Renderer = {
  name: "helm",
  version: ({ helm }) => `${helm.version}+${recipe}+${kubeVersion}`,
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

/** @throws PATH_ESCAPE, URL_SCHEME_DENIED, PATH_NOT_FOUND, SYMLINK_ESCAPE: all at once. */
async function valuesFiles({ tree, path, helm }: RenderRequest): Promise<readonly string[]> {
  const findings: Finding[] = [];
  const files: string[] = [];
  for (const [index, written] of helm.values.entries())
    await collect(findings, { file: path, field: `helm.values[${index}]` }, async () => {
      const file = joinInside(".", written, path);
      await resolveWritten(tree, file);
      files.push(file);
    });
  throwErrors(findings);
  return files;
}

function templateArguments(
  { path, namespace, helm }: RenderRequest,
  values: readonly string[],
  sandbox: Sandbox,
): string[] {
  return [
    "template",
    `--namespace=${namespace}`,
    `--kube-version=${kubeVersion}`,
    "--include-crds",
    // Helm reads the value as a line of CSV; a quoted field may hold commas.
    ...values.map((file) => `--values="${join(sandbox.source, file).replaceAll('"', '""')}"`),
    "--",
    helm.release,
    join(sandbox.source, path),
  ];
}
