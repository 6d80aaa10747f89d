import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { failure, type DriftlessError } from "../errors/error.ts";
import { quote } from "../errors/quote.ts";
import { ignore } from "../errors/system-error.ts";
import { environmentsFolder } from "./file.ts";
import { nearest } from "../errors/nearest.ts";
import { enumerate } from "./text.ts";

/** Names of the environments of a project, sorted: its files `environments/*.yaml`, except `_*.yaml`. */
export async function listEnvironments(project: string): Promise<string[]> {
  const names = await filesIn(project);
  return names
    .filter((file) => file.endsWith(".yaml") && !file.startsWith("_") && !file.startsWith("."))
    .map((file) => file.slice(0, -".yaml".length))
    .sort();
}

/** The error for an environment that has no document; it says which there are, and which may be meant. */
export async function environmentNotFound(project: string, name: string): Promise<DriftlessError> {
  const known = await listEnvironments(project);
  const files = await filesIn(project);
  const meant = nearest(name, known);
  const there = known.length === 0 ? "The project has no environment yet." : `It has ${enumerate(known, "and")}.`;
  const fix = files.includes(`${name}.yml`)
    ? `Rename ${environmentsFolder}/${name}.yml to ${name}.yaml.`
    : meant === undefined
      ? `${there} To add one, write ${environmentsFolder}/${name}.yaml.`
      : `Did you mean ${quote(meant)}? ${there}`;
  return failure("ENVIRONMENT_NOT_FOUND", `The project has no environment ${quote(name)}.`, fix);
}

async function filesIn(project: string): Promise<string[]> {
  return (await readdir(join(project, environmentsFolder)).catch(ignore("ENOENT"))) ?? [];
}
