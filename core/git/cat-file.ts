import { runGit, type ObjectStore } from "./git.ts";

/** An object that the mirror should hold and does not, or that cannot be read. */
export class DamagedMirror extends Error {
  override readonly name = "DamagedMirror";
}

/** Type and id of an object. */
export interface ObjectHeader {
  readonly id: string;
  readonly type: string;
}

const headerBytes = 128;
/** Room for what git writes beside the contents, such as why it failed. */
const messageBytes = 64 << 10;

/** What each expression names, all asked at once; undefined where there is nothing. */
export async function objectHeaders(
  store: ObjectStore,
  expressions: readonly string[],
): Promise<readonly (ObjectHeader | undefined)[]> {
  const output = await runGit(store, ["cat-file", "--batch-check"], `${expressions.join("\n")}\n`, 1 << 20);
  const lines = output.toString("utf8").trimEnd().split("\n");
  return lines.map((line) => {
    const [, id, type] = /^([0-9a-f]{40}) ([a-z]+) [0-9]+$/.exec(line) ?? [];
    return id === undefined || type === undefined ? undefined : { id, type };
  });
}

/**
 * Contents of blobs by id, from one process.
 * @param bytes Their total size, as the tree tells it.
 * @throws {DamagedMirror} if one is missing.
 */
export async function readBlobs(
  store: ObjectStore,
  ids: readonly string[],
  bytes: number,
): Promise<ReadonlyMap<string, Buffer>> {
  if (ids.length === 0) return new Map();
  const limit = bytes + ids.length * headerBytes + messageBytes;
  return parseBatch(await runGit(store, ["cat-file", "--batch"], `${ids.join("\n")}\n`, limit), ids);
}

/** Output of `git cat-file --batch`: `<id> <type> <size>`, newline, content, newline; in the order that was asked. */
export function parseBatch(output: Buffer, ids: readonly string[]): ReadonlyMap<string, Buffer> {
  const contents = new Map<string, Buffer>();
  let position = 0;
  for (const id of ids) {
    const end = output.indexOf(0x0a, position);
    const header = output.toString("latin1", position, end === -1 ? output.length : end);
    const [, found, size] = /^([0-9a-f]{40}) blob ([0-9]+)$/.exec(header) ?? [];
    const start = end + 1;
    const next = start + Number(size);
    if (end === -1 || found !== id || next >= output.length || output[next] !== 0x0a) {
      throw new DamagedMirror(`object ${id} is missing or unreadable`);
    }
    contents.set(id, output.subarray(start, next));
    position = next + 1;
  }
  return contents;
}
