import { open } from "node:fs/promises";
import { join } from "node:path";
import { failure } from "../errors/error.ts";
import { isSystemError } from "../errors/system-error.ts";
import { formats, isName } from "./formats.ts";
import { documentLimits, readYaml, type YamlDocument } from "./yaml.ts";

/** Folder of the environment documents, relative to the project. */
export const environmentsFolder = "environments";

/** What all environments share, relative to the project. */
export const baseFile = `${environmentsFolder}/_base.yaml`;

/**
 * Document of an environment, relative to the project.
 * @throws NAME_INVALID for a name that is no DNS label, before it becomes part of a path.
 */
export function environmentFile(name: string): string {
  if (!isName(name)) {
    const { code, message, fix } = formats.name.judge(name, name);
    throw failure(code, message, fix);
  }
  return `${environmentsFolder}/${name}.yaml`;
}

/**
 * Reads a document of the project; undefined if there is no such file.
 * What is wrong with it comes back as findings, so that it can be shown beside what is wrong elsewhere.
 */
export async function readDocument(project: string, file: string): Promise<YamlDocument | undefined> {
  const bytes = await readLimited(project, file);
  if (bytes === undefined) return undefined;
  const refuse = (message: string): YamlDocument => ({
    file,
    root: undefined,
    findings: [
      { code: "YAML_SYNTAX", severity: "error", message, place: { file }, fix: "Save the file as UTF-8 text." },
    ],
  });
  if (hasUtf16Mark(bytes)) return refuse("The file is UTF-16.");
  try {
    return readYaml(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes), file);
  } catch (error) {
    if (error instanceof TypeError) return refuse("The file is not valid UTF-8.");
    throw error;
  }
}

/** Bytes of a regular file; never more than the limit, however large it is or grows. */
async function readLimited(project: string, file: string): Promise<Buffer | undefined> {
  try {
    const handle = await open(join(project, file), "r");
    try {
      const { size } = await handle.stat();
      if (size > documentLimits.bytes) {
        const message = `The file has ${size} bytes; a document may have ${documentLimits.bytes}.`;
        throw failure("YAML_LIMIT", message, "Split the environment.", { place: { file } });
      }
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    const message = `The file cannot be read (${error.code}).`;
    throw failure("CONFIG_INVALID", message, "Make it a file that you may read.", { place: { file }, cause: error });
  }
}

function hasUtf16Mark(bytes: Buffer): boolean {
  return bytes.length > 1 && [0xfeff, 0xfffe].includes(bytes.readUInt16BE(0));
}
