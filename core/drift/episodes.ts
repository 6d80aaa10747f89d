import { z } from "zod";
import type { Onset } from "./memory.ts";

const driftEvent = z.object({
  /** When it was seen: ISO 8601, UTC. */
  at: z.string(),
  event: z.enum(["began", "ended"]),
  /** Name of the object's resource. */
  object: z.string(),
  /** Since when it had drifted, as far as that is known. */
  since: z.string(),
  /** JSON pointers of the fields; `-` for an object that is gone, `+` for one that nobody has asked for. */
  fields: z.array(z.string()),
});

/** That an object has begun to drift, or does no longer. */
export type DriftEvent = Readonly<z.infer<typeof driftEvent>>;

/** From when until when an object had drifted. */
export interface DriftEpisode {
  readonly object: string;
  readonly since: string;
  /** When somebody saw that it was over; undefined: nobody has. */
  readonly until: string | undefined;
  readonly fields: readonly string[];
}

type Onsets = ReadonlyMap<string, Onset>;

/** What began and what ended between two looks. @param at When the second one was. */
export function driftEvents(before: Onsets, after: Onsets, at: string): readonly DriftEvent[] {
  const began = [...after].filter(([object]) => !before.has(object)).map(([object, onset]) => ({ object, onset }));
  const ended = [...before].filter(([object]) => !after.has(object)).map(([object, onset]) => ({ object, onset }));
  const toEvent =
    (event: DriftEvent["event"]) =>
    ({ object, onset: { since } }: { readonly object: string; readonly onset: Onset }): DriftEvent => {
      const first = Object.values(since).sort((one, other) => Date.parse(one) - Date.parse(other))[0] ?? at;
      return { at, event, object, since: first, fields: Object.keys(since).sort() };
    };
  return [...began.map(toEvent("began")), ...ended.map(toEvent("ended"))];
}

/** Events as lines of a file. */
export function encodeEvents(events: readonly DriftEvent[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join("");
}

/** The episodes in lines of events, oldest first; a line that is none, such as one that was cut off, is left out. */
export function driftEpisodes(text: string): readonly DriftEpisode[] {
  const episodes: DriftEpisode[] = [];
  const open = new Map<string, number>();
  for (const { event, object, since, fields, at } of text.split("\n").flatMap(parseLine)) {
    const known = open.get(object);
    const before = known === undefined ? undefined : episodes[known];
    if (event === "began") {
      open.set(object, episodes.push({ object, since, until: undefined, fields }) - 1);
    } else {
      const all = [...new Set([...(before?.fields ?? []), ...fields])].sort();
      const ended = { object, since: before?.since ?? since, until: at, fields: all };
      if (known === undefined) episodes.push(ended);
      else episodes[known] = ended;
      open.delete(object);
    }
  }
  return episodes;
}

/** True for an episode of which a part is in a period: from its first moment until before its last. */
export function overlaps(
  { since, until }: DriftEpisode,
  { from, to }: { readonly from: string; readonly to: string },
): boolean {
  return Date.parse(since) < Date.parse(to) && (until === undefined || Date.parse(until) >= Date.parse(from));
}

function parseLine(line: string): readonly DriftEvent[] {
  try {
    return [driftEvent.parse(JSON.parse(line))];
  } catch {
    return [];
  }
}
