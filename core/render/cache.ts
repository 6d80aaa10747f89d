import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ignore } from "../errors/system-error.ts";
import type { Rendering } from "./renderer.ts";

/** Bytes that the cache may keep; the oldest results go first. */
const maxCacheBytes = 512 * 1024 ** 2;

/** Key of a rendering: equal parts give equal keys. */
export function cacheKey(parts: readonly unknown[]): string {
  return sha256(JSON.stringify(parts));
}

/** The rendering kept under a key; undefined if there are none, or if the file is not what was written. */
export async function readCached(cache: string, key: string): Promise<Rendering | undefined> {
  const text = await readFile(fileOf(cache, key), "utf8").catch(ignore("ENOENT"));
  if (text === undefined) return undefined;
  const end = text.indexOf("\n");
  const body = text.slice(end + 1);
  if (text.slice(0, Math.max(end, 0)) !== sha256(body)) return undefined;
  // The checksum says that these are the bytes that `writeCached` made of a rendering.
  return JSON.parse(body) as Rendering;
}

/** Keeps a rendering under a key. Safe with other processes that write the same key. */
export async function writeCached(cache: string, key: string, rendering: Rendering): Promise<void> {
  const folder = join(cache, "render");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const body = JSON.stringify(rendering);
  const temporary = join(folder, `${key}.${randomUUID()}.tmp`);
  try {
    // Rendered Secrets are in here, so nobody else may read it.
    await writeFile(temporary, `${sha256(body)}\n${body}`, { mode: 0o600, flag: "wx" });
    await rename(temporary, fileOf(cache, key));
  } finally {
    await rm(temporary, { force: true });
  }
  // Looking at every file costs time, so one write in sixteen does it.
  if (key.startsWith("0")) await evict(folder, maxCacheBytes);
}

/** Removes the oldest files of a folder until the rest has at most `maxBytes`. */
export async function evict(folder: string, maxBytes: number): Promise<void> {
  const names = await readdir(folder);
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const found = await stat(path).catch(ignore("ENOENT"));
      return { path, bytes: found?.size ?? 0, time: found?.mtimeMs ?? 0 };
    }),
  );
  let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  for (const file of files.toSorted((a, b) => a.time - b.time)) {
    if (bytes <= maxBytes) return;
    await rm(file.path, { force: true });
    bytes -= file.bytes;
  }
}

function fileOf(cache: string, key: string): string {
  return join(cache, "render", `${key}.json`);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
