import type { FileHandle } from "node:fs/promises";
import type { Readable } from "node:stream";

/** Some whole lines of a log, oldest first. */
export interface Block {
  /** One character a byte. */
  readonly text: string;
  /** Lines that were too long to be kept. */
  readonly dropped: number;
}

/** Bytes that are read at once. */
const chunkBytes = 4 << 20;
/** Longest line in bytes: a request and its answer may have 3 MB each. */
const longestLine = 16 << 20;

const newline = 0x0a;

/** The lines of a plain file, the last block first; what is written while it is read is left out. Closes nothing. */
export async function* blocksBackwards(file: FileHandle, size: number): AsyncGenerator<Block> {
  // What follows the first line end of a block is whole; what comes before it goes on in the block in front of it.
  let open: Buffer[] = [];
  let openBytes = 0;
  let dropped = 0;
  let skipping = false;
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - chunkBytes);
    const chunk = await readAt(file, start, end - start);
    end = start;
    const at = start === 0 ? -1 : chunk.indexOf(newline);
    if (start > 0 && at === -1) {
      if (!skipping) {
        open.unshift(chunk);
        openBytes += chunk.length;
      }
      if (openBytes > longestLine) {
        [open, openBytes, skipping, dropped] = [[], 0, true, dropped + 1];
      }
      continue;
    }
    const whole = chunk.subarray(at + 1);
    const kept = skipping ? whole.subarray(0, whole.lastIndexOf(newline) + 1) : Buffer.concat([whole, ...open]);
    yield { text: kept.toString("latin1"), dropped };
    [open, dropped, skipping] = [at === -1 ? [] : [chunk.subarray(0, at + 1)], 0, false];
    openBytes = at + 1;
  }
}

/** The lines of a stream, in its order. Throws what the stream throws. */
export async function* blocksForward(stream: Readable): AsyncGenerator<Block> {
  let open: Buffer[] = [];
  let openBytes = 0;
  let dropped = 0;
  let skipping = false;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    const at = chunk.lastIndexOf(newline);
    if (at !== -1 && (skipping || openBytes + at >= chunkBytes)) {
      const from = skipping ? chunk.indexOf(newline) + 1 : 0;
      yield { text: Buffer.concat([...open, chunk.subarray(from, at + 1)]).toString("latin1"), dropped };
      [open, dropped, skipping] = [[chunk.subarray(at + 1)], 0, false];
      openBytes = chunk.length - at - 1;
    } else if (!skipping) {
      open.push(chunk);
      openBytes += chunk.length;
      if (openBytes > longestLine) {
        [open, openBytes, skipping, dropped] = [[], 0, true, dropped + 1];
      }
    }
  }
  if (openBytes > 0 || dropped > 0) yield { text: Buffer.concat(open).toString("latin1"), dropped };
}

async function readAt(file: FileHandle, start: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let read = 0;
  while (read < length) {
    const { bytesRead } = await file.read(buffer, read, length - read, start + read);
    // The file was cut while it was read.
    if (bytesRead === 0) break;
    read += bytesRead;
  }
  return buffer.subarray(0, read);
}
