import { z } from "zod";
import { parseJson } from "../manifest/parse-json.ts";
import { verdicts, type Verdict } from "./report.ts";

/** What is remembered of the drift of an environment from one look to the next: no cluster can be asked for it. */
export interface DriftMemory {
  /** By resource name, of objects that have drifted. */
  readonly onsets: ReadonlyMap<string, Onset>;
  /** When objects were healed, by resource name: ISO 8601, UTC, oldest first. */
  readonly heals: ReadonlyMap<string, readonly string[]>;
  /** What the last look found; absent if there was none. */
  readonly measured?: LastMeasure | undefined;
}

/** When drift was last measured, and what was found. */
export interface LastMeasure {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** `error`: something could not be found out. */
  readonly outcome: "none" | "drift" | "error";
  /** Objects by verdict. */
  readonly counts: Readonly<Record<Verdict, number>>;
}

/** Since when an object has drifted. */
export interface Onset {
  /**
   * Version of its baseline then. A baseline of another version was taken when nothing of the object had drifted: what
   * has drifted now has done so since.
   */
  readonly version?: string | undefined;
  /** ISO 8601, UTC: by field as `fieldPath` writes it; `-` for being gone or made anew, `+` for being unknown. */
  readonly since: Readonly<Record<string, string>>;
}

/** Nothing is remembered. */
export const emptyMemory: DriftMemory = { onsets: new Map(), heals: new Map() };

const time = z.iso.datetime();
const count = z.int().nonnegative();
const schema = z.object({
  version: z.literal(1),
  onsets: z.record(z.string(), z.object({ version: z.string().optional(), since: z.record(z.string(), time) })),
  heals: z.record(z.string(), z.array(time)),
  measured: z
    .object({ at: time, outcome: z.enum(["none", "drift", "error"]), counts: z.record(z.enum(verdicts), count) })
    .optional(),
});

/** The text of a memory; the same for the same memory. */
export function encodeMemory({ onsets, heals, measured }: DriftMemory): string {
  const document = { version: 1, measured, onsets: sorted(onsets), heals: sorted(heals) };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** What a text remembers; undefined if it is damaged. */
export function decodeMemory(text: string): DriftMemory | undefined {
  const { success, data } = schema.safeParse(parseJson(text));
  if (!success) return undefined;
  const { onsets, heals, measured } = data;
  return {
    onsets: new Map(Object.entries(onsets)),
    heals: new Map(Object.entries(heals)),
    ...(measured === undefined ? {} : { measured }),
  };
}

function sorted<T>(map: ReadonlyMap<string, T>): Record<string, T> {
  return Object.fromEntries([...map].sort(([left], [right]) => (left < right ? -1 : 1)));
}
