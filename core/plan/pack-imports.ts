import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { ignore } from "../errors/system-error.ts";

const code = /\.[cm]?[jt]s$/;
/** What a specifier without an extension may stand for. */
const endings = ["", ".ts", ".js", ".mjs", ".cjs", ".json", "/index.ts", "/index.js"];
const locks = ["package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock"];
const specifiers = /(?:\bfrom|\bimport|\brequire)\s*\(?\s*["'](\.{1,2}\/[^"']+)["']/g;

/**
 * What a pack runs beside the files of its folder: those that it imports by a relative path, at any remove, and the lock
 * file that pins its dependencies. Names are relative to the folder.
 * @param root Absolute path without symbolic links.
 * @param files In the folder, relative to it.
 */
export async function filesBeyond(root: string, files: readonly string[]): Promise<ReadonlyMap<string, Buffer>> {
  const found = new Map<string, Buffer>();
  const seen = new Set<string>();
  let todo = files.filter((file) => code.test(file)).map((file) => path.join(root, file));
  while (todo.length > 0) {
    const imported = await Promise.all(todo.map(importsOf));
    todo = [];
    for (const [file, content] of imported.flat()) {
      if (seen.has(file) || !path.relative(root, file).startsWith("..")) continue;
      seen.add(file);
      found.set(relative(root, file), content);
      if (code.test(file)) todo.push(file);
    }
  }
  const lock = await lockFile(root);
  if (lock !== undefined) found.set(relative(root, lock.file), lock.content);
  return found;
}

/** The files that a file imports by relative paths. */
async function importsOf(file: string): Promise<readonly (readonly [string, Buffer])[]> {
  const text = await readFile(file, "utf8");
  const wanted = new Set(Array.from(text.matchAll(specifiers), ([, specifier = ""]) => specifier));
  const found = await Promise.all(
    [...wanted].map(async (specifier): Promise<readonly (readonly [string, Buffer])[]> => {
      const target = path.resolve(path.dirname(file), specifier);
      for (const ending of endings) {
        const content = await readFileAt(`${target}${ending}`);
        if (content !== undefined) return [[`${target}${ending}`, content]];
      }
      return [];
    }),
  );
  return found.flat();
}

/** The nearest lock file above a folder; one inside it is a file of the pack like any other. */
async function lockFile(root: string): Promise<{ readonly file: string; readonly content: Buffer } | undefined> {
  for (let folder = root; ; folder = path.dirname(folder)) {
    for (const name of locks) {
      const file = path.join(folder, name);
      const content = await readFileAt(file);
      if (content !== undefined) return folder === root ? undefined : { file, content };
    }
    if (folder === path.dirname(folder)) return undefined;
  }
}

async function readFileAt(file: string): Promise<Buffer | undefined> {
  const entry = await stat(file).catch(ignore("ENOENT", "ENOTDIR"));
  return entry?.isFile() === true ? readFile(file) : undefined;
}

function relative(root: string, file: string): string {
  return path.relative(root, file).split(path.sep).join("/");
}
