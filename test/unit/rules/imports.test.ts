import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import { describe, it } from "mocha";
import { projectFiles } from "./project-files.ts";

/** What each top-level folder may import; see CONTRIBUTING.md. A prefix ends with a slash. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  core: ["core/"],
  toolchain: ["toolchain/", "core/errors/", "core/exec/", "core/git/version.ts"],
  live: ["live/", "core/"],
  components: ["components/", "core/", "live/"],
  policies: ["policies/", "core/"],
  stacks: ["stacks/", "components/", "core/", "live/", "toolchain/"],
  automation: ["automation/", "core/", "live/", "toolchain/", "package.json"],
  demo: ["demo/", "automation/", "core/", "live/", "toolchain/"],
  bench: ["bench/", "automation/", "core/", "live/", "toolchain/", "test/support/"],
};

/** Packages that only some folders may load: everything before the plan knows neither Pulumi nor a cluster. */
const restrictedPackages: Readonly<Record<string, readonly string[]>> = {
  "@pulumi/policy": ["policies"],
  "@pulumi/kubernetes": ["components"],
  "@pulumi/pulumi": ["components", "stacks", "automation", "toolchain", "policies"],
  "@kubernetes/client-node": ["live", "automation", "bench", "demo"],
};

const productFiles = (await projectFiles()).filter(
  (file) => file.endsWith(".ts") && (file.split("/")[0] ?? "") in mayImport,
);

describe("import rules", () => {
  it("finds the product's files", () => {
    assert.ok(productFiles.length > 50, `only ${productFiles.length} files found`);
  });

  it("every folder imports only what the table allows", async () => {
    const violations: string[] = [];
    for (const file of productFiles) {
      const folder = file.split("/")[0] ?? "";
      for (const specifier of await importsOf(file)) {
        if (specifier.startsWith(".")) {
          const target = normalize(join(dirname(file), specifier));
          if (mayImport[folder]?.some((prefix) => target.startsWith(prefix)) !== true) {
            violations.push(`${file} imports ${target}`);
          }
        } else {
          const owner = Object.keys(restrictedPackages).find(
            (name) => specifier === name || specifier.startsWith(`${name}/`),
          );
          if (owner !== undefined && restrictedPackages[owner]?.includes(folder) !== true) {
            violations.push(`${file} imports ${specifier}`);
          }
        }
      }
    }
    assert.deepEqual(violations, []);
  });
});

/** Module specifiers of static and dynamic imports and of re-exports. */
async function importsOf(file: string): Promise<readonly string[]> {
  const text = await readFile(file, "utf8");
  const pattern = /(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"/g;
  return [...text.matchAll(pattern)].flatMap(([, specifier]) => (specifier === undefined ? [] : [specifier]));
}
