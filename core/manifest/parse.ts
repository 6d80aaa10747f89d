import type { Finding } from "../errors/finding.ts";
import type { YamlLimits } from "../yaml/limits.ts";
import { checkObject } from "./check.ts";
import { fileLimits } from "./limits.ts";
import { expandLists } from "./list.ts";
import type { Manifest } from "./manifest.ts";
import { readYaml } from "./yaml.ts";

/** What a file holds: its objects in order, and everything that is wrong with it. */
export interface ParsedManifests {
  readonly manifests: readonly Manifest[];
  readonly findings: readonly Finding[];
}

export interface ParseOptions {
  readonly limits?: YamlLimits;
  /** True if parameters are yet to be put in: names that hold `${` are not judged. */
  readonly isTemplate?: boolean;
}

/**
 * Reads the Kubernetes objects of a YAML or JSON file: several documents, lists expanded, empty documents skipped, values
 * as kubectl reads them. Never throws: an object that is wrong is left out and all its findings are returned.
 *
 * @param path of the file relative to the root of the source; it becomes the origin of the manifests.
 */
export function parseManifests(
  text: string,
  path: string,
  { limits = fileLimits, isTemplate = false }: ParseOptions = {},
): ParsedManifests {
  const manifests: Manifest[] = [];
  const findings: Finding[] = [];
  for (const document of readYaml(text, path, limits)) {
    findings.push(...document.findings);
    if (document.value === undefined || document.value === null) continue;
    for (const item of expandLists(document.value)) {
      const checked = checkObject(item.value, (field) => document.locate([...item.path, ...field]), isTemplate);
      if ("findings" in checked) {
        findings.push(...checked.findings);
        continue;
      }
      const line = item.path.length === 0 ? document.place.line : document.locate(item.path).line;
      const origin = { path, document: document.number, ...(line === undefined ? {} : { line }) };
      manifests.push({ object: checked.object, origin });
    }
  }
  return { manifests, findings };
}
