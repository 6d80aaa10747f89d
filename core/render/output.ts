import { throwErrors } from "../errors/error.ts";
import type { Place } from "../errors/finding.ts";
import { outputLimits } from "../manifest/limits.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { parseManifests } from "../manifest/parse.ts";

/**
 * The manifests that a tool printed; their origin is the document and line of the output.
 * @param placeOf What of the source a line of the output comes from.
 * @param isTemplate True if parameters are yet to be put in.
 * @throws every finding at once, placed in the source.
 */
export function parseOutput(output: string, placeOf: (line: number) => Place, isTemplate = false): readonly Manifest[] {
  const { manifests, findings } = parseManifests(output, "", { limits: outputLimits, isTemplate });
  throwErrors(
    findings.map((finding) => {
      const { line = 1, field } = finding.place ?? {};
      const message = `${finding.message.replace(/\.$/, "")} (line ${line} of what was rendered).`;
      return { ...finding, message, place: { ...placeOf(line), ...(field === undefined ? {} : { field }) } };
    }),
  );
  return manifests;
}
