import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { throwErrors } from "../../errors/error.ts";
import { errorFinding, type Finding, type Place } from "../../errors/finding.ts";
import { quote } from "../../errors/quote.ts";
import type { SourceTree } from "../../git/tree.ts";
import { isJsonObject } from "../../manifest/json.ts";
import { readYaml } from "../../manifest/yaml.ts";
import { collect } from "../inputs.ts";
import type { PinnedChart } from "../options.ts";
import type { RenderContext, RenderInput } from "../renderer.ts";
import type { Sandbox } from "../sandbox.ts";
import { readArchive } from "./archive.ts";
import { inside } from "./chart.ts";
import type { SourceChart } from "./charts.ts";
import { fetchChart } from "./fetch-chart.ts";

/** A packaged chart that was looked into. */
export interface Archive {
  /** What it is called in messages: its path in the source, or its name and version. */
  readonly name: string;
  readonly content: Buffer;
  readonly files: ReadonlyMap<string, Buffer>;
}

/** Archives of a rendering. */
export interface Archives {
  /** Those of the source, in some `charts/`. */
  readonly vendored: readonly Archive[];
  /** Those that were fetched, by the digest that pins them. */
  readonly fetched: ReadonlyMap<string, Archive>;
}

/**
 * Gets every archive that a rendering needs, and looks into each before Helm does.
 * @throws what `fetchChart` and `readArchive` throw; CHART_MISMATCH for an archive that holds another chart: all at once.
 */
export async function getArchives(
  tree: SourceTree,
  inputs: readonly RenderInput[],
  wanted: readonly { readonly chart: PinnedChart; readonly place: Place }[],
  context: RenderContext,
): Promise<Archives> {
  const findings: Finding[] = [];
  const vendored: Archive[] = [];
  const archives = inputs.filter(({ path }) => /(^|\/)charts\/[^/]+\.tgz$/.test(path));
  const contents = await tree.read(archives.map(({ from }) => from.path));
  for (const { path, from } of archives)
    await collect(findings, { file: path }, async () => {
      const content = contents.get(from.path) ?? Buffer.alloc(0);
      vendored.push({ name: path, content, files: await readArchive(content, path) });
    });
  const fetched = new Map<string, Archive>();
  for (const { chart, place } of wanted)
    await collect(findings, place, async () => {
      const name = `${chart.name}-${chart.version}.tgz`;
      const content = await fetchChart(chart, context);
      const files = await readArchive(content, name);
      throwErrors(checkIdentity(chart, files));
      fetched.set(chart.digest, { name, content, files });
    });
  throwErrors(findings);
  return { vendored, fetched };
}

/** Puts the dependencies of the charts of the source into their `charts/` folders, in the sandbox. */
export async function placeCharts(
  sandbox: Sandbox,
  charts: readonly SourceChart[],
  { fetched }: Archives,
): Promise<void> {
  for (const { folder, local, fetched: wanted } of charts) {
    const target = join(sandbox.source, folder, "charts");
    await mkdir(target, { recursive: true, mode: 0o700 });
    for (const { chart } of wanted) {
      const archive = fetched.get(chart.digest);
      if (archive === undefined) throw new RangeError(`${chart.name} was not fetched`);
      await writeFile(join(target, `${chart.name}-${chart.version}.tgz`), archive.content, { mode: 0o600, flag: "wx" });
    }
    for (const { name, folder: from } of local)
      await cp(join(sandbox.source, from), join(target, name), { recursive: true });
  }
}

/** By the path at which Helm sees a file: the path at which the source has it. */
export function originsOf(inputs: readonly RenderInput[], charts: readonly SourceChart[]): ReadonlyMap<string, string> {
  const origins = new Map(inputs.map(({ path }) => [path, path]));
  for (const { folder, local } of charts)
    for (const { name, folder: from } of local)
      for (const [seen, real] of [...origins])
        if (seen.startsWith(`${from}/`))
          origins.set(inside(folder, `charts/${name}/${seen.slice(from.length + 1)}`), real);
  return origins;
}

/** The digest says that it is what was pinned; this, that what was pinned is the chart that is asked for. */
function checkIdentity(chart: PinnedChart, files: ReadonlyMap<string, Buffer>): readonly Finding[] {
  const [path, content] = [...files].find(([path]) => /^[^/]+\/Chart\.yaml$/.test(path)) ?? [];
  const [document] = readYaml(content?.toString("utf8") ?? "", path ?? "Chart.yaml");
  const value = isJsonObject(document?.value) ? document.value : {};
  const [name, version] = [value["name"], value["version"]].map(String);
  if (name === chart.name && bare(version) === bare(chart.version)) return [];
  const message = `The archive that is pinned for ${chart.name} ${chart.version} holds the chart ${quote(`${name} ${version}`)}.`;
  return [errorFinding("CHART_MISMATCH", message, "Pin the archive of the chart that is meant.")];
}

function bare(version: string | undefined): string {
  return (version ?? "").replace(/^v/, "");
}
