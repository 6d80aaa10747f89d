import { z } from "zod";

/** Objects that a rule lets pass until a day, by resource name. */
export const exception = z.strictObject({
  object: z
    .string()
    .describe(
      'Resource name, `<cluster>/<namespace or _>/<Kind.group>/<name>`, `run` or an owner; "*" stands for any text.',
    ),
  control: z.string().optional().describe("The part of the rule that it is about. Default: the whole rule."),
  reason: z.string(),
  owner: z.string(),
  expires: z.iso.date().describe("Last day on which it holds, in UTC."),
});

/** See `exception`. */
export type Exception = z.infer<typeof exception>;

/** The exception for an object that holds today, else one that has ended, else undefined. */
export function exceptionFor(
  exceptions: readonly Exception[],
  name: string,
  control: string | undefined,
  today: string,
): Exception | undefined {
  const fitting = exceptions.filter(
    (each) => (each.control === undefined || each.control === control) && patternOf(each.object).test(name),
  );
  return fitting.find((each) => !hasEnded(each, today)) ?? fitting[0];
}

/** True after the last day of an exception. Days are `YYYY-MM-DD` in UTC. */
export function hasEnded({ expires }: Exception, today: string): boolean {
  return expires < today;
}

const patterns = new Map<string, RegExp>();

function patternOf(text: string): RegExp {
  const pattern =
    patterns.get(text) ??
    new RegExp(
      `^${text
        .split("*")
        .map((part) => part.replaceAll(/[^\w]/g, "\\$&"))
        .join(".*")}$`,
      "s",
    );
  patterns.set(text, pattern);
  return pattern;
}
