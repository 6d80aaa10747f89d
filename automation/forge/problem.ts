import { z } from "zod";

/** What went wrong with a request, in the same words for every client library. */
export interface HttpProblem {
  /** Status of the answer; undefined if there was none. */
  readonly status: number | undefined;
  /** What the forge said; may be empty. */
  readonly said: string;
  /** When to come back, if the forge says so and that is what it is about. */
  readonly retryAt?: Date;
  readonly isLimit: boolean;
}

const headersSchema = z.union([z.instanceof(Headers), z.record(z.string(), z.unknown())]).optional();
const answerSchema = z.object({ status: z.number(), headers: headersSchema });
type Answer = z.infer<typeof answerSchema>;

// Octokit: `response` in the error. Gitbeaker: in its cause. The client of Gitea throws the answer itself.
const errorSchema = z.union([
  z.object({ response: answerSchema }).transform(({ response }) => response),
  z.object({ cause: z.object({ response: answerSchema }) }).transform(({ cause }) => cause.response),
  answerSchema.extend({ headers: z.instanceof(Headers) }),
]);

/** The message of an answer that the client of Gitea throws, and of errors. */
const saidSchema = z.union([
  z.object({ error: z.object({ message: z.string() }) }).transform(({ error }) => error.message),
  z.object({ message: z.string() }).transform(({ message }) => message),
]);

const shown = 300;

/** Reads an error of any of the client libraries. */
export function problemOf(error: unknown, now: Date): HttpProblem {
  const answer = errorSchema.safeParse(error).data;
  const said = plainText(saidSchema.safeParse(error).data ?? "");
  if (answer === undefined) {
    // Gitbeaker has tried again by itself, and only says so.
    const last = /last status code: ([0-9]{3})/.exec(said)?.[1];
    return { status: last === undefined ? undefined : Number(last), said, isLimit: last === "429" };
  }
  const retryAt = retryOf(answer, now);
  const remaining = header(answer, "x-ratelimit-remaining") ?? header(answer, "ratelimit-remaining");
  const isLimit = answer.status === 429 || (answer.status === 403 && (remaining === "0" || /rate limit/i.test(said)));
  return { status: answer.status, said, isLimit, ...(isLimit && retryAt !== undefined ? { retryAt } : {}) };
}

function retryOf(answer: Answer, now: Date): Date | undefined {
  const seconds = Number(header(answer, "retry-after") ?? Number.NaN);
  if (Number.isFinite(seconds)) return new Date(now.getTime() + seconds * 1_000);
  const reset = Number(header(answer, "x-ratelimit-reset") ?? header(answer, "ratelimit-reset") ?? Number.NaN);
  return Number.isFinite(reset) ? new Date(reset * 1_000) : undefined;
}

function header({ headers }: Answer, name: string): string | undefined {
  const value = headers instanceof Headers ? headers.get(name) : headers?.[name];
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

/** One line without anything that a terminal would act upon. */
function plainText(text: string): string {
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ").trim();
  return line.length > shown ? `${line.slice(0, shown)}…` : line;
}
