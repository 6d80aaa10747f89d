import { throwErrors } from "../../errors/error.ts";
import { errorFinding, type Finding, type Place } from "../../errors/finding.ts";
import { quote } from "../../errors/quote.ts";
import { planExport } from "../../git/export.ts";
import { joinInside } from "../../git/path.ts";
import { resolveLinks } from "../../git/links.ts";
import type { SourceTree } from "../../git/tree.ts";
import { collect, readTexts } from "../inputs.ts";
import type { PinnedChart } from "../options.ts";
import { checkChartName, dependenciesOf, inside, readChart, vendoredCharts, type Dependency } from "./chart.ts";
import { digestsFile, pinDependency } from "./pins.ts";

/** A chart of the source, and what has to be put into its `charts/`. */
export interface SourceChart {
  /** Folder from the root of the source. */
  readonly folder: string;
  readonly fetched: readonly { readonly chart: PinnedChart; readonly place: Place }[];
  /** Charts in other folders of the source. */
  readonly local: readonly { readonly name: string; readonly folder: string }[];
}

/** The charts of the source that a rendering needs. */
export interface SourceCharts {
  /** Dependencies before those that need them; the application's own is the last. */
  readonly charts: readonly SourceChart[];
  readonly findings: readonly Finding[];
}

/** Charts that may need each other in a row: more is a circle. */
const maxDepth = 5;
const maxLocal = 50;

/**
 * Follows the dependencies of a chart through the source. Nothing is fetched.
 * @param repositories Those that the environment document lists.
 * @throws what reading files of the source throws.
 */
export async function followCharts(
  tree: SourceTree,
  path: string,
  repositories: readonly string[],
): Promise<SourceCharts> {
  const charts = new Map<string, SourceChart>();
  const findings: Finding[] = [];
  await visit(path, { file: path }, 1);
  return { charts: [...charts.values()], findings };

  async function visit(folder: string, from: Place, depth: number): Promise<void> {
    if (charts.has(folder)) return;
    if (depth > maxDepth || charts.size > maxLocal) {
      const message = "Charts of the source depend on each other in a circle, or too many times.";
      findings.push(errorFinding("CHART_INVALID", message, "Remove one of the dependencies.", from));
      return;
    }
    const exported = await planExport(tree, [folder]);
    const wanted = /^(Chart\.(yaml|lock)|Chart\.digests\.yaml|charts\/[^/]+\/Chart\.yaml)$/;
    const texts = await readTexts(
      tree,
      exported.filter((file) => wanted.test(folder === "." ? file.path : file.path.slice(folder.length + 1))),
    );
    const chart = readChart(folder, texts);
    findings.push(...checkChartName(folder, chart));
    const vendored = vendoredCharts(
      folder,
      texts,
      exported.map((file) => file.path),
    );
    if (exported.some(({ path }) => path === inside(folder, "charts"))) {
      const message = "`charts` is a file; it is where Helm keeps dependencies.";
      findings.push(errorFinding("CHART_INVALID", message, "Rename it.", { file: inside(folder, "charts") }));
    }
    const fetched: { chart: PinnedChart; place: Place }[] = [];
    const local: { name: string; folder: string }[] = [];
    for (const dependency of dependenciesOf(chart)) {
      if (vendored(dependency.name)) continue;
      const { repository, place } = dependency;
      if (repository.startsWith("file://")) {
        const target = await collect(findings, place, () => localChart(tree, folder, dependency));
        if (target === undefined) continue;
        await visit(target, place, depth + 1);
        local.push({ name: dependency.name, folder: target });
      } else if (repository === "") {
        const message = `The chart depends on ${quote(dependency.name)}, which is not in its charts/ folder.`;
        const fix = `Run \`helm dependency update ${folder}\` and commit charts/.`;
        findings.push(errorFinding("CHART_INVALID", message, fix, place));
      } else {
        const pinned = pinDependency(dependency, {
          repositories,
          lock: texts.get(inside(folder, "Chart.lock")),
          lockFile: inside(folder, "Chart.lock"),
          digests: texts.get(inside(folder, digestsFile)),
          digestsFile: inside(folder, digestsFile),
          folder,
        });
        if ("code" in pinned) findings.push(pinned);
        else fetched.push({ chart: pinned, place });
      }
    }
    // Set after those that it needs; a circle ends at the depth.
    charts.set(folder, { folder, fetched, local });
  }
}

async function localChart(tree: SourceTree, folder: string, { repository, name, place }: Dependency): Promise<string> {
  const target = joinInside(".", repository.slice("file://".length).replace(/(.)\/+$/, "$1"), folder);
  const { kind, path } = await resolveLinks(tree, target);
  if (kind === "folder" && tree.entry(inside(path, "Chart.yaml")) !== undefined) return target;
  const message = `The chart depends on ${quote(name)} in ${quote(target)}, which has no Chart.yaml.`;
  throwErrors([errorFinding("PATH_NOT_FOUND", message, "Correct the path.", place)]);
  return target;
}
