import { record } from "../manifest/json.ts";
import { parseJson } from "../manifest/parse-json.ts";
import { millisecondsOf, parseAuditLine, targetOf, writeVerbs } from "./event.ts";
import type { Trails } from "./trail.ts";

/** What was read of a block. */
export interface BlockResult {
  /** Lines that are no event, or not whole. */
  readonly damaged: number;
  /** Events, as far as could be seen without reading them in full. */
  readonly events: number;
  /** Time of its first event: milliseconds since 1970. */
  readonly oldest: number | undefined;
}

const writes = new RegExp(`"verb"\\s*:\\s*"(?:${writeVerbs.join("|")})"`, "g");
const reference = /"objectRef"\s*:\s*(\{[^{}]*\})/;
const stamp = /"stageTimestamp"\s*:\s*"([^"]{1,40})"/;

const newline = "\n";
const brace = 0x7d;

/**
 * Files the requests of a block that may answer a question. Most lines of a log are about something else: only those are
 * read in full that change something that is asked about. Linear in its size.
 */
export function readBlock(text: string, trails: Trails): BlockResult {
  const { damaged, events } = countLines(text);
  let broken = 0;
  writes.lastIndex = 0;
  for (let match = writes.exec(text); match !== null; match = writes.exec(text)) {
    const start = text.lastIndexOf(newline, match.index) + 1;
    const next = text.indexOf(newline, match.index);
    const end = next === -1 ? text.length : next;
    writes.lastIndex = end;
    const line = text.slice(start, end);
    if (!mayAnswer(line, trails) || !isWhole(text, start, end)) continue;
    const event = parseAuditLine(Buffer.from(line, "latin1").toString("utf8"));
    if (event === "damaged") broken += 1;
    else if (event !== undefined) trails.add(event);
  }
  return { damaged: damaged + broken, events: events - broken, oldest: millisecondsOf(stamp.exec(text)?.[1]) };
}

/** Every line is looked at, if only at its end: half a line ends in something else. */
function countLines(text: string): { readonly damaged: number; readonly events: number } {
  let [damaged, events] = [0, 0];
  for (let start = 0; start < text.length;) {
    const next = text.indexOf(newline, start);
    const end = next === -1 ? text.length : next;
    if (isWhole(text, start, end)) events += 1;
    else if (text.slice(start, end).trim() !== "") damaged += 1;
    start = end + 1;
  }
  return { damaged, events };
}

function isWhole(text: string, start: number, end: number): boolean {
  const last = text.charCodeAt(end - 1) === 0x0d ? end - 2 : end - 1;
  if (last <= start || text.charCodeAt(last) !== brace) return false;
  const brackets = text.indexOf("{", start);
  return brackets !== -1 && brackets < last;
}

/** What the request is about stands in the line before any body, so that a body is never taken for it. */
function mayAnswer(line: string, trails: Trails): boolean {
  const found = reference.exec(line)?.[1];
  if (found === undefined) return false;
  const target = parseJson(Buffer.from(found, "latin1").toString("utf8"));
  return target === undefined || trails.wants(targetOf(record(target)));
}
