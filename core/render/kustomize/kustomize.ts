import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { planExport } from "../../git/export.ts";
import { ProgramError } from "../../exec/run.ts";
import { isJsonObject, isList } from "../../manifest/json.ts";
import { readYaml } from "../../manifest/yaml.ts";
import { kustomizationNames } from "../choose.ts";
import { readCheckedTexts } from "../inputs.ts";
import { checkInputs } from "../limits.ts";
import { parseOutput } from "../output.ts";
import type { Renderer, RenderRequest } from "../renderer.ts";
import { runTool } from "../run-tool.ts";
import { sourceFolder, withSandbox } from "../sandbox.ts";
import { mayRename } from "./affixes.ts";
import { kustomizeFailure } from "./failure.ts";
import { indexSources, takeOrigin } from "./origin.ts";
import { overlayFields, overlayReferences } from "./overlay.ts";
import { localizeRemotes } from "./remote.ts";
import { walkKustomization } from "./walk.ts";

/** Raised when the way Kustomize is called changes. */
const recipe = 2;

/** Kustomize: the real program, on exactly the files that the kustomization names. */
export const kustomizeRenderer: Renderer = {
  name: "kustomize",
  version: ({ kustomize }) => `${kustomize.version}+${recipe}`,
  inputs: async ({ tree, path, kustomize }) => {
    const kinds = await walkKustomization(tree, path, overlayReferences(kustomize));
    const files = await planExport(tree, [...kinds.keys()]);
    checkInputs(path, files);
    return files.map((file) => ({ ...file, yaml: kinds.get(file.path) === "yaml" }));
  },
  render: async (request, inputs, { tools, signal }) => {
    const { tree, path } = request;
    const texts = await readCheckedTexts(tree, inputs);
    const output = await withSandbox(tree, inputs, async (sandbox) => {
      await localizeRemotes(texts, tree.bases ?? [], sandbox.source);
      await writeFile(join(sandbox.folder, "kustomization.yaml"), wrapper(request, texts), { mode: 0o600 });
      try {
        return await runTool(tools.kustomize, ["build", "."], sandbox, request, signal);
      } catch (error) {
        throw error instanceof ProgramError ? kustomizeFailure(error, sandbox, request) : error;
      }
    });
    const index = indexSources(texts);
    const overlay = request.kustomize ?? {};
    const own = kustomizationOf(path, texts)?.file ?? path;
    const manifests = parseOutput(output, () => ({ file: own }), request.parameters !== undefined);
    return { manifests: manifests.map(({ object }) => takeOrigin(object, index, overlay, own)), warnings: [] };
  },
};

/**
 * The kustomization above the application's own: it makes Kustomize say where each object comes from, and
 * holds what the environment document lays over it.
 */
function wrapper({ path, kustomize }: RenderRequest, texts: ReadonlyMap<string, string>): string {
  const own = kustomizationOf(path, texts)?.value;
  const options = own?.["buildMetadata"];
  const kept = isList(options) && options.includes("managedByLabel") ? ["managedByLabel"] : [];
  const renames = (kustomize?.namePrefix ?? kustomize?.nameSuffix) !== undefined || [...texts.values()].some(mayRename);
  return JSON.stringify({
    resources: [path === "." ? sourceFolder : `${sourceFolder}/${path}`],
    buildMetadata: ["originAnnotations", ...(renames ? ["transformerAnnotations"] : []), ...kept],
    // Kustomize heeds these in the outermost kustomization only.
    ...(own?.["sortOptions"] === undefined ? {} : { sortOptions: own["sortOptions"] }),
    ...(kustomize === undefined ? {} : overlayFields(path, kustomize)),
  });
}

function kustomizationOf(path: string, texts: ReadonlyMap<string, string>) {
  for (const name of kustomizationNames) {
    const file = path === "." ? name : `${path}/${name}`;
    const text = texts.get(file);
    if (text === undefined) continue;
    const [document] = readYaml(text, file);
    return { file, value: isJsonObject(document?.value) ? document.value : undefined };
  }
  return undefined;
}
