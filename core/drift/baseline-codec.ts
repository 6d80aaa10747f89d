import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";
import { z } from "zod";
import { failure } from "../errors/error.ts";
import type { Json } from "../manifest/manifest.ts";
import type { Baseline } from "./baseline.ts";
import { damagedBaseline } from "./damaged-baseline.ts";
import type { Delta, Item } from "./delta.ts";

/** Version of the format, in front of every encoded baseline. */
const version = 1;
const prefix = "driftless-baseline/";

/** A baseline of 10,000 large objects has a fifth of this; more is an attack on the memory. */
const longestBytes = 512 * 1024 * 1024;

/** Quality 5 of 11: 9 takes three times as long for a tenth less. */
const compression = { params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_LGWIN]: 22 } };

const reverted = z.strictObject({
  path: z.string(),
  manager: z.string().exactOptional(),
  times: z.int().positive(),
  last: z.iso.datetime(),
});

const entry = z.strictObject({
  uid: z.string(),
  resourceVersion: z.string().exactOptional(),
  live: z.string(),
  desired: z.string(),
  rest: z.custom<Delta>(isDelta).exactOptional(),
  reverted: z.array(reverted).exactOptional(),
});

const document = z.strictObject({ objects: z.array(z.tuple([z.string(), entry])) });

/** A baseline as text for the state: its version, and compressed JSON as base64. The same baseline gives the same text. */
export function encodeBaseline({ objects }: Baseline): string {
  const sorted = [...objects].sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
  const text = JSON.stringify({ objects: sorted });
  return `${prefix}${version}:${brotliCompressSync(text, compression).toString("base64")}`;
}

/**
 * The baseline in a text of `encodeBaseline`.
 * @throws BASELINE_INVALID if it is damaged, or was written in a format that this program does not know.
 */
export function decodeBaseline(text: string): Baseline {
  const [, found, body] = /^driftless-baseline\/(\d{1,9}):([A-Za-z0-9+/=]*)$/.exec(text) ?? [];
  if (found === undefined || body === undefined) throw damagedBaseline("it does not begin as one");
  if (Number(found) !== version) {
    throw failure(
      "BASELINE_INVALID",
      `The baseline in the state has format ${found}; this program reads format ${version}.`,
      "Use the program that wrote it, or run `driftless up <env>` with this one to take a new baseline.",
    );
  }
  const parsed = document.safeParse(unpack(body));
  if (!parsed.success) throw damagedBaseline("it holds something unexpected", parsed.error);
  return { objects: new Map(parsed.data.objects) };
}

function unpack(body: string): unknown {
  try {
    const bytes = brotliDecompressSync(Buffer.from(body, "base64"), { maxOutputLength: longestBytes });
    return JSON.parse(bytes.toString("utf8"));
  } catch (error) {
    throw damagedBaseline("it cannot be unpacked", error);
  }
}

// By hand: a schema of zod would lose a key named `__proto__`, which a ConfigMap may have.
function isDelta(value: unknown): value is Delta {
  if (!isRecord(value)) return false;
  const fields = Object.keys(value);
  if ("set" in value) return fields.length === 1 && isJson(value["set"]);
  if ("items" in value) return fields.length === 1 && Array.isArray(value["items"]) && value["items"].every(isItem);
  const { keys = {}, without = [] } = value;
  return (
    fields.every((field) => field === "keys" || field === "without") &&
    isRecord(keys) &&
    Object.values(keys).every(isDelta) &&
    Array.isArray(without) &&
    without.every((key) => typeof key === "string")
  );
}

function isItem(value: unknown): value is Item {
  if (Array.isArray(value)) return value.length === 2 && isPlace(value[0]) && isDelta(value[1]);
  return isPlace(value) || (isRecord(value) && "set" in value && isDelta(value));
}

function isPlace(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}

/** Everything that was parsed from JSON is. */
function isJson(value: unknown): value is Json {
  return value !== undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
