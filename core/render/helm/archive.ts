import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { Parser } from "tar";
import { failure } from "../../errors/error.ts";
import { quote } from "../../errors/quote.ts";

/** What a packaged chart may hold. */
export const archiveLimits = { bytes: 32 << 20, unpackedBytes: 64 << 20, files: 5_000 } as const;

const inflate = promisify(gunzip);

/**
 * The files of a packaged chart by path, the chart's folder in front. Nothing is written anywhere.
 * @param name What messages call it.
 * @throws CHART_INVALID for what is no archive, and for links, devices, paths that leave the chart's folder and files that
 * are there twice; RENDER_LIMIT for one that is too large, or unpacks to something that is.
 */
export async function readArchive(content: Buffer, name: string): Promise<ReadonlyMap<string, Buffer>> {
  if (content.length > archiveLimits.bytes) throw tooLarge(name);
  const unpacked = await unpack(content, name);
  const files = new Map<string, Buffer>();
  let problem: Error | undefined;
  let entries = 0;
  const parser = new Parser({
    strict: true,
    onReadEntry: (entry) => {
      entries += 1;
      problem ??=
        checkEntry(name, entry.path, entry.type) ?? (entries > archiveLimits.files ? tooLarge(name) : undefined);
      const chunks: Buffer[] = [];
      entry.on("data", (chunk: Buffer) => chunks.push(chunk));
      entry.on("end", () => {
        if (entry.type === "Directory" || entry.meta) return;
        if (files.has(entry.path)) problem ??= broken(name, `has ${quote(entry.path)} twice`);
        files.set(entry.path, Buffer.concat(chunks));
      });
    },
  });
  await new Promise<void>((resolve) => {
    parser.on("end", resolve);
    parser.on("error", (error: Error) => {
      problem ??= broken(name, "is not a whole tar archive", error);
      resolve();
    });
    parser.end(unpacked);
  });
  if (problem !== undefined) throw problem;
  if (new Set([...files.keys()].map((path) => path.split("/")[0])).size !== 1)
    throw broken(name, "does not hold one folder");
  return files;
}

async function unpack(content: Buffer, name: string): Promise<Buffer> {
  try {
    const unpacked = await inflate(content, { maxOutputLength: archiveLimits.unpackedBytes });
    // The parser would unpack once more, without a limit.
    if (/^(1f8b|28b52ffd|425a68)/.test(unpacked.subarray(0, 4).toString("hex")))
      throw broken(name, "is compressed twice");
    return unpacked;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(name, error);
    if (code.startsWith("Z_")) throw broken(name, "is not compressed as a chart is", error);
    throw error;
  }
}

function checkEntry(name: string, path: string, type: string): Error | undefined {
  if (type !== "File" && type !== "OldFile" && type !== "ContiguousFile" && type !== "Directory")
    return broken(name, `has a ${type} named ${quote(path)}, where only files and folders belong`);
  const isDirectory = type === "Directory";
  const segments = (isDirectory ? path.replace(/\/$/, "") : path).split("/");
  const leaves = segments.some((segment) => segment === "" || segment === "." || segment === "..");
  if (leaves || /[\\\u0000-\u001f]|^[a-z]:/i.test(path) || (!isDirectory && segments.length < 2))
    return broken(name, `has a file at ${quote(path)}, outside the chart's folder`);
  return undefined;
}

function broken(name: string, what: string, cause?: unknown): Error {
  return failure("CHART_INVALID", `The archive ${quote(name)} ${what}.`, "Package the chart with `helm package`.", {
    cause,
  });
}

function tooLarge(name: string, cause?: unknown): Error {
  const { unpackedBytes, files } = archiveLimits;
  const message = `The archive ${quote(name)} is too large, or unpacks to more than ${unpackedBytes >> 20} MiB or ${files} files.`;
  return failure("RENDER_LIMIT", message, "Remove from the chart what templates do not need.", { cause });
}
