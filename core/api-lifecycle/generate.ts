import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runProgram } from "../exec/run.ts";
import { readLifecycle, type KindLifecycle } from "./read-lifecycle.ts";

/*
 * `npm run generate:api-lifecycle` writes data.json from Kubernetes' own Go modules; it needs Go. Kubernetes drops what
 * has long been gone from newer modules, so older ones fill what newer ones no longer say. Newest first.
 */
const modules = [
  { path: "k8s.io/api", versions: ["v0.37.0", "v0.36.3", "v0.35.2", "v0.31.0", "v0.25.16", "v0.19.16"] },
  { path: "k8s.io/apiextensions-apiserver", versions: ["v0.37.0"] },
  { path: "k8s.io/kube-aggregator", versions: ["v0.37.0"] },
];

const kinds = new Map<string, KindLifecycle>();
const read: string[] = [];
for (const { path, versions } of modules) {
  for (const version of versions) {
    const folder = await moduleFolder(`${path}@${version}`);
    for (const [kind, lifecycle] of await kindsBelow(folder)) if (!kinds.has(kind)) kinds.set(kind, lifecycle);
    read.push(`${path}@${version}`);
  }
}
const sorted = Object.fromEntries([...kinds].sort(([left], [right]) => (left < right ? -1 : 1)));
const text = JSON.stringify({ newest: "1.37", modules: read, kinds: sorted });
await writeFile(join(import.meta.dirname, "data.json"), text);

/** Folder of a Go module, downloaded if it is not there. */
async function moduleFolder(module: string): Promise<string> {
  const { stdout } = await runProgram({
    ...{ file: "go", args: ["mod", "download", "-json", module], env: process.env },
    ...{ timeoutMs: 300_000, maxOutputBytes: 1_000_000 },
  });
  const described: unknown = JSON.parse(stdout.toString());
  if (typeof described === "object" && described !== null && "Dir" in described && typeof described.Dir === "string") {
    return described.Dir;
  }
  throw new Error(`${module} has no folder`);
}

/** What every package of a module says about its kinds. */
async function kindsBelow(folder: string): Promise<readonly [string, KindLifecycle][]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter(({ name }) => name === "zz_generated.prerelease-lifecycle.go");
  const found = await Promise.all(
    files.map(async ({ parentPath, name }) =>
      readLifecycle({
        lifecycle: await readFile(join(parentPath, name), "utf8"),
        register: await readFile(join(parentPath, "register.go"), "utf8"),
      }),
    ),
  );
  return found.flat();
}
