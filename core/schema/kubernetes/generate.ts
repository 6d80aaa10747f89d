import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runProgram } from "../../exec/run.ts";
import { mergeVersions } from "./merge.ts";
import { readDefinitions, type Definitions } from "./read-openapi.ts";

/*
 * `npm run generate:schemas` writes data.json from the OpenAPI documents in Kubernetes' own Go modules; it needs Go.
 * Oldest first; add a release here when it comes out.
 */
const releases = [
  ...["v1.29.6", "v1.30.14", "v1.31.14", "v1.32.13", "v1.33.13"],
  ...["v1.34.4", "v1.35.4", "v1.36.3", "v1.37.2"],
];

const versions: [string, Definitions][] = [];
for (const release of releases) {
  const folder = join(await moduleFolder(`k8s.io/kubernetes@${release}`), "api", "openapi-spec", "v3");
  const files = (await readdir(folder)).filter((name) => name.endsWith("_openapi.json"));
  const documents = await Promise.all(files.map(async (name) => readFile(join(folder, name), "utf8")));
  versions.push([release.slice(1).split(".", 2).join("."), readDefinitions(documents)]);
}
const { kinds, definitions } = mergeVersions(versions);
const rows = (table: Readonly<Record<string, unknown>>): string =>
  Object.entries(table)
    .map(([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)}`)
    .join(",\n");
const text = [
  "{",
  `  "releases": ${JSON.stringify(releases)},`,
  `  "kinds": {\n${rows(kinds)}\n  },`,
  `  "definitions": {\n${rows(definitions)}\n  }`,
  "}",
  "",
].join("\n");
await writeFile(join(import.meta.dirname, "data.json"), text);

/** Folder of a Go module, downloaded if it is not there. */
async function moduleFolder(module: string): Promise<string> {
  const { stdout } = await runProgram({
    ...{ file: "go", args: ["mod", "download", "-json", module], env: process.env },
    ...{ timeoutMs: 600_000, maxOutputBytes: 1_000_000 },
  });
  const described: unknown = JSON.parse(stdout.toString());
  if (typeof described === "object" && described !== null && "Dir" in described && typeof described.Dir === "string") {
    return described.Dir;
  }
  throw new Error(`${module} has no folder`);
}
