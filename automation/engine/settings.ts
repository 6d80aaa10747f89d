import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { failure } from "../../core/errors/error.ts";
import { isSystemError } from "../../core/errors/system-error.ts";

/** What the engine layer reads of Pulumi.yaml. */
export interface ProjectSettings {
  readonly name: string;
  /** `backend.url`. */
  readonly backend?: string;
  /** Folder of the stack settings, relative to the project. */
  readonly stackFolder: string;
}

/** What the engine layer reads of `Pulumi.<stack>.yaml`. */
export interface StackSettings {
  /** Its path, relative to the project. */
  readonly file: string;
  /** Set for every provider but the passphrase. */
  readonly secretsProvider?: string;
}

const projectSchema = z.looseObject({
  name: z.string(),
  backend: z.looseObject({ url: z.string().optional() }).nullish(),
  stackConfigDir: z.string().nullish(),
});
const stackSchema = z.looseObject({ secretsprovider: z.string().nullish() }).nullish();

/** Reads Pulumi.yaml. Throws CONFIG_INVALID. */
export async function readProjectSettings(project: string): Promise<ProjectSettings> {
  const settings = await readSettings(join(project, "Pulumi.yaml"), "Pulumi.yaml", projectSchema);
  if (settings === undefined) {
    throw failure("CONFIG_INVALID", "The project has no Pulumi.yaml.", "Run the command inside a project.");
  }
  const url = settings.backend?.url;
  return {
    name: settings.name,
    ...(url === undefined ? {} : { backend: url }),
    stackFolder: settings.stackConfigDir ?? ".",
  };
}

/** Reads the settings of a stack; empty if there are none yet. Throws CONFIG_INVALID. */
export async function readStackSettings(
  project: string,
  settings: ProjectSettings,
  stack: string,
): Promise<StackSettings> {
  const file = join(settings.stackFolder, `Pulumi.${stack}.yaml`);
  const content = await readSettings(join(project, file), file, stackSchema);
  const provider = content?.secretsprovider ?? "passphrase";
  return provider === "passphrase" || provider === "default" ? { file } : { file, secretsProvider: provider };
}

async function readSettings<T>(path: string, file: string, schema: z.ZodType<T>): Promise<T | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw failure("CONFIG_INVALID", "The file cannot be read.", "Check its permissions.", {
      place: { file },
      cause: error,
    });
  }
  try {
    return schema.parse(parse(text));
  } catch (cause) {
    throw failure("CONFIG_INVALID", "The file is not what Pulumi writes.", "Write it anew, or restore it from Git.", {
      place: { file },
      cause,
    });
  }
}
