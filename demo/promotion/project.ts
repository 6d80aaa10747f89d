import { cp, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { places } from "../places.ts";

/** Makes a clone of the control repository a project that runs the program and the policy pack of this checkout. */
export async function makeProject(folder: string): Promise<void> {
  const program = pathToFileURL(join(places.project, "stacks", "index.ts")).href;
  await mkdir(join(folder, "stacks"), { recursive: true });
  await writeFile(join(folder, "stacks", "index.ts"), `export * from ${JSON.stringify(program)};\n`);
  await writeFile(join(folder, "package.json"), '{ "type": "module" }\n');
  await cp(join(places.project, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
  for (const name of ["node_modules", "policies"]) await symlink(join(places.project, name), join(folder, name));
}
