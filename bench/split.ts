/** A line of progress and when it came, in seconds from the start. */
export interface TimedLine {
  readonly at: number;
  readonly text: string;
}

/** Parts of an update, in their order. */
export const partNames = {
  plan: "plan",
  preview: "preview",
  start: "start of the update",
  objects: "objects, and waiting for health",
  end: "state, and the end of the processes",
} as const;

/** Seconds of one part of an update. */
export interface Part {
  readonly name: string;
  readonly seconds: number;
}

/**
 * Where the time of `driftless up` went, by the lines in which it tells what it is at. Parts that did not happen are left
 * out.
 * @param seconds Of the whole command.
 */
export function splitUpdate(lines: readonly TimedLine[], seconds: number): readonly Part[] {
  const objects = lines.filter(({ text }) => /^\d+\/\d+ {2}/.test(text));
  const marks = [
    [partNames.plan, 0],
    [partNames.preview, lines.find(({ text }) => text.startsWith("previewing "))?.at],
    [partNames.start, lines.find(({ text }) => text.startsWith("updating "))?.at],
    [partNames.objects, objects.at(0)?.at],
    [partNames.end, objects.at(-1)?.at],
  ] as const;
  const reached = marks.flatMap(([name, at]) => (at === undefined ? [] : [{ name, at }]));
  return reached.map(({ name, at }, index) => ({ name, seconds: (reached[index + 1]?.at ?? seconds) - at }));
}
