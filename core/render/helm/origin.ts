import type { RenderRequest } from "../renderer.ts";
import { chartPath } from "./failure.ts";

/**
 * Says which template a line of Helm's output comes from: the one in the comment above it.
 * @param files By the path at which Helm sees a file: the path at which the source has it. A template inside an archive
 * has none; Chart.yaml stands for it, or the application's folder where the whole chart is an archive.
 */
export function templateAt(
  output: string,
  { path, helm }: Pick<RenderRequest, "path" | "helm">,
  files: ReadonlyMap<string, string>,
): (line: number) => string {
  const chart = helm.chart === undefined ? chartPath(path, "/Chart.yaml") : path;
  let current = chart;
  // A comment at the start of a line is never part of a value.
  const templates = output.split("\n").map((text) => {
    const named = /^# Source: (\S.*)$/.exec(text)?.[1];
    if (named !== undefined)
      current = (helm.chart === undefined ? files.get(chartPath(path, named)) : undefined) ?? chart;
    return current;
  });
  return (line) => templates[line - 1] ?? chart;
}
