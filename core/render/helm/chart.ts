import { errorFinding, type Finding } from "../../errors/finding.ts";
import { quote } from "../../errors/quote.ts";
import { isJsonObject } from "../../manifest/json.ts";
import type { Json, JsonObject } from "../../manifest/manifest.ts";
import { readYaml } from "../../manifest/yaml.ts";

/**
 * What is wrong with a chart that Helm would say late or badly: its name, and dependencies that are not in `charts/`.
 * @param path Folder of the chart.
 * @param texts of its Chart.yaml files, by path.
 * @param files Paths of all files of the chart.
 */
export function checkChart(path: string, texts: ReadonlyMap<string, string>, files: readonly string[]): Finding[] {
  const file = inside(path, "Chart.yaml");
  const [document] = readYaml(texts.get(file) ?? "", file);
  const chart = document?.value;
  if (document === undefined || !isJsonObject(chart))
    return [errorFinding("CHART_INVALID", "Chart.yaml is empty.", "Give it apiVersion, name and version.", { file })];

  const findings: Finding[] = [];
  const { name } = chart;
  if (typeof name !== "string" || !/^[a-zA-Z0-9._-]+$/.test(name) || /^\.+$/.test(name)) {
    const fix = "Use letters, digits, dots, dashes and underscores.";
    const message = "The name of the chart is missing or not allowed.";
    findings.push(errorFinding("CHART_INVALID", message, fix, { ...document.locate(["name"]), field: "name" }));
  }
  const vendored = vendoredCharts(path, texts, files);
  for (const [index, dependency] of dependenciesOf(chart).entries()) {
    const wanted = dependency["name"];
    if (typeof wanted !== "string" || vendored(wanted)) continue;
    const message = `The chart depends on ${quote(wanted)}, which is not in its charts/ folder.`;
    const fix = `Run \`helm dependency update ${path}\` and commit charts/.`;
    const place = { ...document.locate(["dependencies", index]), field: `dependencies[${index}]` };
    findings.push(errorFinding("CHART_INVALID", message, fix, place));
  }
  return findings;
}

function dependenciesOf(chart: JsonObject): JsonObject[] {
  const { dependencies } = chart;
  return Array.isArray(dependencies) ? (dependencies as readonly Json[]).filter((item) => isJsonObject(item)) : [];
}

/** True for the names of charts that are in `charts/`, as a folder or as an archive `<name>-<version>.tgz`. */
function vendoredCharts(
  path: string,
  texts: ReadonlyMap<string, string>,
  files: readonly string[],
): (name: string) => boolean {
  const charts = `${inside(path, "charts")}/`;
  const within = files.filter((file) => file.startsWith(charts)).map((file) => file.slice(charts.length));
  const archives = within.filter((file) => !file.includes("/") && file.endsWith(".tgz"));
  const folders = within
    .filter((file) => /^[^/]+\/Chart\.yaml$/.test(file))
    .map((file) => {
      const [document] = readYaml(texts.get(charts + file) ?? "", file);
      return isJsonObject(document?.value) ? document.value["name"] : undefined;
    });
  return (name) => folders.includes(name) || archives.some((archive) => archive.startsWith(`${name}-`));
}

function inside(path: string, name: string): string {
  return path === "." ? name : `${path}/${name}`;
}
