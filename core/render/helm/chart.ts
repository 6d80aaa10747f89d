import { errorFinding, type Finding, type Place } from "../../errors/finding.ts";
import { isJsonObject } from "../../manifest/json.ts";
import type { Json, JsonObject } from "../../manifest/manifest.ts";
import { readYaml, type YamlDocument } from "../../manifest/yaml.ts";

/** A Chart.yaml, as far as it could be read. */
export interface ChartFile {
  readonly document: YamlDocument | undefined;
  readonly value: JsonObject | undefined;
}

/** A dependency as Chart.yaml writes it. */
export interface Dependency {
  readonly name: string;
  /** A range. */
  readonly version: string;
  /** Empty where none is written. */
  readonly repository: string;
  readonly place: Place;
}

/** Reads the Chart.yaml of a folder. */
export function readChart(folder: string, texts: ReadonlyMap<string, string>): ChartFile {
  const file = inside(folder, "Chart.yaml");
  const [document] = readYaml(texts.get(file) ?? "", file);
  return { document, value: isJsonObject(document?.value) ? document.value : undefined };
}

/** What is wrong with the name of a chart: Helm would say it late or badly. */
export function checkChartName(folder: string, { document, value }: ChartFile): readonly Finding[] {
  if (document === undefined || value === undefined) {
    const file = inside(folder, "Chart.yaml");
    return [errorFinding("CHART_INVALID", "Chart.yaml is empty.", "Give it apiVersion, name and version.", { file })];
  }
  const { name } = value;
  if (typeof name === "string" && /^[a-zA-Z0-9._-]+$/.test(name) && !/^\.+$/.test(name)) return [];
  const fix = "Use letters, digits, dots, dashes and underscores.";
  const message = "The name of the chart is missing or not allowed.";
  return [errorFinding("CHART_INVALID", message, fix, { ...document.locate(["name"]), field: "name" })];
}

/** The dependencies of a chart that have a name that may be one of a file; Helm complains about others itself. */
export function dependenciesOf({ document, value }: ChartFile): readonly Dependency[] {
  const written = value?.["dependencies"];
  if (document === undefined || !Array.isArray(written)) return [];
  return (written as readonly Json[]).flatMap((item, index) => {
    if (!isJsonObject(item) || typeof item["name"] !== "string" || !/^(?!\.+$)[\w.-]+$/.test(item["name"])) return [];
    const place = { ...document.locate(["dependencies", index]), field: `dependencies[${index}]` };
    return [{ name: item["name"], version: textOf(item["version"]), repository: textOf(item["repository"]), place }];
  });
}

/** True for the names of charts that are in `charts/`, as a folder or as an archive `<name>-<version>.tgz`. */
export function vendoredCharts(
  folder: string,
  texts: ReadonlyMap<string, string>,
  files: readonly string[],
): (name: string) => boolean {
  const charts = `${inside(folder, "charts")}/`;
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

/** Path of a file in a folder of the source. */
export function inside(folder: string, name: string): string {
  return folder === "." ? name : `${folder}/${name}`;
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
