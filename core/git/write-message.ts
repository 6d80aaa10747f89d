import { personText, type Person } from "./write-identity.ts";

/** The parts of a commit's message. */
export interface Message {
  /** One line. */
  readonly subject: string;
  /** Lines of text below it. */
  readonly body?: readonly string[];
  /** What programs read: `Driftless-Environment: dev`. Names have letters, digits and dashes only. */
  readonly trailers: Readonly<Record<string, string>>;
}

/**
 * Trailers of a commit that is offered for review. `tree`: which files it has; with any others, somebody has changed it
 * since. `branch`: for which branch it was made; at the end of another one it has been merged.
 */
export const offerTrailers = { tree: "Driftless-Tree", branch: "Driftless-Branch" } as const;

/** The text of a message, signed off by its committer. Line breaks inside a line are spaces: none can forge a trailer. */
export function messageText({ subject, body = [], trailers }: Message, committer: Person): string {
  const lines = [...Object.entries(trailers), ["Signed-off-by", personText(committer)] as const];
  return [
    oneLine(subject),
    "",
    ...(body.length === 0 ? [] : [...body.map(oneLine), ""]),
    ...lines.map(([name, value]) => `${name}: ${oneLine(value)}`),
    "",
  ].join("\n");
}

/** The trailers of a message: the last block of lines, if all of them are `Name: value`. */
export function readTrailers(message: string): ReadonlyMap<string, string> {
  const block =
    message
      .trimEnd()
      .split(/\n[ \t]*\n/)
      .slice(1)
      .at(-1)
      ?.split("\n") ?? [];
  const pairs = block.map((line) => /^([A-Za-z0-9-]+): (.*)$/.exec(line));
  if (pairs.includes(null)) return new Map();
  return new Map(pairs.map((match) => [match?.[1] ?? "", match?.[2] ?? ""]));
}

function oneLine(text: string): string {
  return text.replace(/[\r\n\u0000]+/g, " ").trimEnd();
}
