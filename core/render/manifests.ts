import { failure, throwErrors } from "../errors/error.ts";
import type { Finding } from "../errors/finding.ts";
import { quote } from "../errors/quote.ts";
import { planExport } from "../git/export.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { parseManifests } from "../manifest/parse.ts";
import { checkAborted, readTexts } from "./inputs.ts";
import { checkInputs } from "./limits.ts";
import type { Renderer } from "./renderer.ts";

/** Plain manifests: every YAML and JSON file below the folder, in the order of their paths. */
export const manifestsRenderer: Renderer = {
  name: "manifests",
  version: () => "1",
  inputs: async ({ tree, path }) => {
    const files = (await planExport(tree, [path])).filter((file) => /\.(ya?ml|json)$/.test(file.path));
    if (files.length === 0)
      throw failure(
        "PATH_NOT_FOUND",
        `The folder ${quote(path)} has no manifests: no .yaml, .yml or .json file, kustomization or Chart.yaml.`,
        "Put manifests there, or correct the path.",
        { place: { file: path } },
      );
    checkInputs(path, files);
    return files.map((file) => ({ ...file, yaml: true }));
  },
  render: async ({ tree, parameters }, inputs, { signal }) => {
    const texts = await readTexts(tree, inputs);
    const manifests: Manifest[] = [];
    const findings: Finding[] = [];
    for (const [path, text] of texts) {
      checkAborted(signal);
      const parsed = parseManifests(text, path, { isTemplate: parameters !== undefined });
      manifests.push(...parsed.manifests);
      findings.push(...parsed.findings);
    }
    throwErrors(findings);
    return { manifests, warnings: [] };
  },
};
