import { DriftlessError, failure } from "../../core/errors/error.ts";

/** One request to a registry. */
export interface RegistryRequest {
  readonly url: URL;
  readonly method: "GET" | "HEAD" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  /** A form. */
  readonly body?: URLSearchParams;
  /** Most bytes of the answer's body. */
  readonly maxBytes: number;
  /** False where a redirect is a mistake: where a login is given for a token. A login never follows one to another host. */
  readonly follow: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** What it said. */
export interface RegistryAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** A request that waits longer has failed. */
const timeoutMs = 30_000;
const mostRedirects = 4;
const shown = 200;

/**
 * Makes a request, of which nobody may know more than they should: it is redirected to no other kind of address, a login goes
 * to no other host, and what comes back is neither endless nor slow.
 * @throws REGISTRY_UNREACHABLE, REGISTRY_INVALID, INTERRUPTED.
 */
export async function askRegistry(request: RegistryRequest): Promise<RegistryAnswer> {
  const { signal, maxBytes } = request;
  let { url, headers } = request;
  const until = AbortSignal.timeout(timeoutMs);
  const stop = signal === undefined ? until : AbortSignal.any([signal, until]);
  try {
    for (let redirects = 0; redirects <= mostRedirects; redirects++) {
      const { method, body } = request;
      const form = body === undefined ? {} : { body };
      const answer = await fetch(url, { method, headers, ...form, redirect: "manual", signal: stop });
      const location = [301, 302, 303, 307, 308].includes(answer.status) ? answer.headers.get("location") : null;
      if (location === null)
        return { status: answer.status, headers: answer.headers, body: await bodyOf(answer, url, maxBytes) };
      await answer.body?.cancel();
      const next = nextOf(location, url, request.follow);
      if (next.origin !== url.origin) headers = withoutLogin(headers);
      url = next;
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof DriftlessError) throw error;
    throw unreachable(url, until.aborted ? `no answer within ${timeoutMs / 1_000} s` : reasonOf(error), error);
  }
  throw invalid(url, "it redirects again and again");
}

/** A registry that does not do what the specification says. */
export function invalid({ host }: Pick<URL, "host">, why: string): Error {
  return failure(
    "REGISTRY_INVALID",
    `The registry ${host} does not answer as registries do: ${why}.`,
    "Check that the image is kept there, whether it is asked by http or https (`imageUpdates.registries`), and what stands in between.",
  );
}

/** A registry that does not answer. */
export function unreachable({ host }: Pick<URL, "host">, why: string, cause?: unknown): Error {
  return failure(
    "REGISTRY_UNREACHABLE",
    `The registry ${host} could not be asked: ${why}.`,
    /certificate/i.test(why)
      ? "If its authority is your own, name it with NODE_EXTRA_CA_CERTS."
      : "Check that it is up and can be reached from here, and run it again.",
    { cause },
  );
}

function nextOf(location: string, from: URL, follow: boolean): URL {
  if (!follow) throw invalid(from, "it redirects where it must not");
  const next = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  const isSafe = next?.protocol === "https:" || (next?.protocol === "http:" && from.protocol === "http:");
  if (next === undefined || !isSafe || next.username !== "" || next.password !== "") {
    throw invalid(from, "it redirects to an address that is not safe");
  }
  return next;
}

function withoutLogin(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== "authorization"));
}

async function bodyOf(answer: Response, url: URL, maxBytes: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  if (answer.body === null) return Buffer.alloc(0);
  const reader: ReadableStreamDefaultReader<Uint8Array> = answer.body.getReader();
  for (;;) {
    const part = await reader.read();
    if (part.done) return Buffer.concat(parts);
    bytes += part.value.byteLength;
    if (bytes > maxBytes) {
      await reader.cancel();
      throw invalid(url, `an answer has more than ${maxBytes} bytes`);
    }
    parts.push(part.value);
  }
}

/** Why a request failed, in one line without anything that a terminal would act upon. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const text = cause instanceof Error ? cause.message : "no answer";
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ").trim();
  return (line.length > shown ? `${line.slice(0, shown)}…` : line).replace(/\.$/, "") || "no answer";
}
