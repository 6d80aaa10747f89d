import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { throwErrors } from "../../errors/error.ts";
import { ProgramError } from "../../exec/run.ts";
import { planExport } from "../../git/export.ts";
import type { SourceTree } from "../../git/tree.ts";
import { readCheckedTexts } from "../inputs.ts";
import { checkInputs } from "../limits.ts";
import { parseOutput } from "../output.ts";
import type { RenderContext, Renderer, RenderInput, RenderRequest } from "../renderer.ts";
import { runTool } from "../run-tool.ts";
import { withSandbox, type Sandbox } from "../sandbox.ts";
import { defaultKubeVersion, ownChart, ownValues, templateArguments } from "./arguments.ts";
import { followCharts, type SourceChart, type SourceCharts } from "./charts.ts";
import { helmFailure } from "./failure.ts";
import { impureCalls, impureWarnings, isTemplate } from "./impure.ts";
import { templateAt } from "./origin.ts";
import { getArchives, originsOf, placeCharts } from "./prepare.ts";
import { checkValuesSchema } from "./schema.ts";
import { valuesFiles } from "./values.ts";

/** Raised when the way Helm is called changes. */
const recipe = 3;

/** Files of a chart that Helm itself parses, at any depth below `charts/`. */
const parsedFiles =
  /(^|\/)(Chart\.yaml|Chart\.lock|Chart\.digests\.yaml|values\.yaml|values\.schema\.json|requirements\.(yaml|lock)|crds\/[^/]+\.ya?ml)$/;

/** Helm: the real program, on exactly the chart and its values files. Hooks stay manifests with their annotation. */
export const helmRenderer: Renderer = {
  name: "helm",
  version: ({ helm }) => `${helm.version}+${recipe}+${defaultKubeVersion}`,
  inputs: async (request) => {
    const values = await valuesFiles(request);
    const { charts } = await chartsOf(request);
    const files = await planExport(request.tree, [...charts.map(({ folder }) => folder), ...values]);
    checkInputs(request.path, files);
    return files.map((file) => ({ ...file, yaml: parsedFiles.test(file.path) || values.includes(file.path) }));
  },
  render: async (request, inputs, context) => {
    const { tree } = request;
    const texts = await readCheckedTexts(tree, inputs);
    const schemas = [...texts].filter(([file]) => file.endsWith("values.schema.json"));
    const { charts, findings } = await chartsOf(request);
    throwErrors([...findings, ...schemas.flatMap(([file, text]) => checkValuesSchema(text, file))]);
    const archives = await getArchives(tree, inputs, wantedCharts(request, charts), context);
    const calls = impureCalls(await templatesOf(tree, inputs), [...archives.vendored, ...archives.fetched.values()]);
    const values = await valuesFiles(request);

    const { output, changes } = await withSandbox(tree, inputs, async (sandbox) => {
      await placeCharts(sandbox, charts, archives);
      const { chart, valuesObject = {} } = request.helm;
      if (chart !== undefined)
        await writeFile(join(sandbox.folder, ownChart), archives.fetched.get(chart.digest)?.content ?? "", {
          mode: 0o600,
        });
      await writeFile(join(sandbox.folder, ownValues), JSON.stringify(valuesObject), { mode: 0o600 });
      const run = (): Promise<string> => template(request, values, sandbox, context);
      const output = await run();
      const hasChance = calls.some(({ from }) => from === "chance");
      return { output, changes: hasChance && (await run()) !== output };
    });
    const at = templateAt(output, request, originsOf(inputs, charts));
    const manifests = parseOutput(output, (line) => ({ file: at(line) })).map(({ object, origin }) => ({
      object,
      origin: { path: at(origin.line ?? 1) },
    }));
    return { manifests, warnings: impureWarnings(calls, changes) };
  },
};

/** The charts of the source; none if the chart is one of a repository. */
async function chartsOf({ tree, path, helm }: RenderRequest): Promise<SourceCharts> {
  return helm.chart === undefined ? followCharts(tree, path, helm.repositories ?? []) : { charts: [], findings: [] };
}

function wantedCharts({ path, helm }: RenderRequest, charts: readonly SourceChart[]): SourceChart["fetched"] {
  const own = helm.chart === undefined ? [] : [{ chart: helm.chart, place: { file: path, field: "helm.chart" } }];
  return [...own, ...charts.flatMap(({ fetched }) => fetched)];
}

async function templatesOf(tree: SourceTree, inputs: readonly RenderInput[]): Promise<ReadonlyMap<string, string>> {
  const templates = inputs.filter(({ path }) => isTemplate(path));
  const contents = await tree.read([...new Set(templates.map(({ from }) => from.path))]);
  return new Map(templates.map(({ path, from }) => [path, contents.get(from.path)?.toString("utf8") ?? ""]));
}

async function template(
  request: RenderRequest,
  values: readonly string[],
  sandbox: Sandbox,
  { tools, signal }: RenderContext,
): Promise<string> {
  try {
    return await runTool(tools.helm, templateArguments(request, values, sandbox), sandbox, request, signal);
  } catch (error) {
    throw error instanceof ProgramError ? helmFailure(error, sandbox, request) : error;
  }
}
