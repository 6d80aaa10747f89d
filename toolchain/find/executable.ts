import { access, constants, stat } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import { ignore } from "../../core/errors/system-error.ts";

/** True if `path` is a file that this user may run. */
export async function isExecutable(path: string): Promise<boolean> {
  const file = await stat(path).catch(ignoreMissing);
  if (file?.isFile() !== true) return false;
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** The first executable named `command` in the folders of `searchPath`; relative folders are not trusted. */
export async function findOnPath(command: string, searchPath: string | undefined): Promise<string | undefined> {
  for (const folder of (searchPath ?? "").split(delimiter).filter((entry) => isAbsolute(entry))) {
    const candidate = join(folder, command);
    if (await isExecutable(candidate)) return candidate;
  }
  return undefined;
}

/** For `.catch`: undefined where there is no such file or folder; anything else is thrown on. */
export const ignoreMissing = ignore("ENOENT", "ENOTDIR", "EACCES");
