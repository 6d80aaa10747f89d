import { formatPlace, type Finding, type Place } from "../errors/finding.ts";
import { quote } from "../errors/quote.ts";
import type { RenderResult } from "../render/renderer.ts";
import { compareText } from "./order.ts";

/** Parameters that an application declares and none of its manifests uses, once for each place where one is declared. */
export function unusedParameters(
  rendered: ReadonlyMap<string, RenderResult>,
  locate: (path: readonly string[]) => Place,
): readonly Finding[] {
  const declared = new Map<string, { readonly parameter: string; readonly place: Place; readonly users: string[] }>();
  for (const [application, result] of [...rendered].sort(([one], [other]) => compareText(one, other))) {
    for (const parameter of result.unusedParameters) {
      const place = locate(["applications", application, "parameters", parameter]);
      const known = declared.get(formatPlace(place));
      if (known === undefined) declared.set(formatPlace(place), { parameter, place, users: [application] });
      else known.users.push(application);
    }
  }
  return [...declared.values()].map(({ parameter, place, users: [first = "", ...others] }) => {
    const more = others.length === 0 ? "" : ` and ${others.length} more`;
    return {
      code: "PARAMETER_UNUSED",
      severity: "warning",
      message: `No manifest of application ${quote(first)}${more} uses the parameter ${quote(parameter)}.`,
      place,
      fix: "Remove it, or write its name as the manifests do.",
    };
  });
}
