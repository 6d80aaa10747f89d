import { writeSync } from "node:fs";
import { Socket } from "node:net";

/** File descriptor of the answers. */
const answers = 3;

/** Writes one answer. */
export function say(answer: object): void {
  const line = Buffer.from(`${JSON.stringify(answer)}\n`);
  for (let at = 0; at < line.length;) at += writeSync(answers, line, at);
}

/**
 * Lines of standard input; a line of all resources is long, so its pieces are joined once. A socket, because a file that
 * is being read would keep the process from ending.
 */
export async function* requests(): AsyncGenerator<unknown> {
  let pieces: Buffer[] = [];
  for await (const data of new Socket({ fd: 0 })) {
    let rest = data as Buffer;
    for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10)) {
      yield JSON.parse(Buffer.concat([...pieces, rest.subarray(0, end)]).toString("utf8"));
      pieces = [];
      rest = rest.subarray(end + 1);
    }
    if (rest.length > 0) pieces.push(rest);
  }
}
