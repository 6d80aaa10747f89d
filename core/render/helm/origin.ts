import { chartPath } from "./failure.ts";

/**
 * Says which template a line of Helm's output comes from: the one in the comment above it.
 * @param path Folder of the chart.
 * @param files Paths of all files of the chart. A template inside an archive has no file; Chart.yaml stands for it.
 */
export function templateAt(output: string, path: string, files: ReadonlySet<string>): (line: number) => string {
  const chart = chartPath(path, "/Chart.yaml");
  let current = chart;
  // A comment at the start of a line is never part of a value.
  const templates = output.split("\n").map((text) => {
    const named = /^# Source: (\S.*)$/.exec(text)?.[1];
    if (named !== undefined) current = chartPath(path, named);
    return files.has(current) ? current : chart;
  });
  return (line) => templates[line - 1] ?? chart;
}
