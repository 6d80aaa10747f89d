import { spawn, type ChildProcess } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { enterGroup, leaveGroup } from "../../core/exec/group.ts";
import { answer, type Answer, type CheckRequest, type OpenRequest } from "./protocol.ts";
import type { PackLimits } from "./types.ts";

const child = fileURLToPath(new URL("./child/main.ts", import.meta.url));
/** Characters of what a pack prints that are kept, to say why it ended. */
const keptOutput = 4_000;

/** Why a pack gave no answer. */
export type PackFailure =
  | { readonly reason: "failed"; readonly answer: Extract<Answer, { failed: unknown }>["failed"] }
  /** `at`: position of the rule at which it was. */
  | { readonly reason: "timeout"; readonly at: number | undefined }
  | { readonly reason: "ended"; readonly at: number | undefined; readonly output: string }
  | { readonly reason: "memory" | "output" | "garbage" | "aborted" };

/** A pack that gave no answer. */
export class PackFailed extends Error {
  override readonly name = "PackFailed";
  readonly failure: PackFailure;

  constructor(failure: PackFailure) {
    super(`a policy pack gave no answer: ${failure.reason}`);
    this.failure = failure;
  }
}

interface Waiting {
  resolve(answer: Answer): void;
  reject(failure: PackFailed): void;
  /** Allows another rule its time. */
  began(): void;
}

/**
 * The process of one pack. It has no environment: whatever credentials there are, a pack does not see them. Once it has
 * failed it is ended, and fails every further question.
 */
export class PackProcess {
  readonly #child: ChildProcess;
  readonly #limits: PackLimits;
  #pieces: Buffer[] = [];
  #bytes = 0;
  #output = "";
  #at: number | undefined;
  #waiting: Waiting | undefined;
  #failed: PackFailed | undefined;

  constructor(folder: string, limits: PackLimits, signal: AbortSignal | undefined) {
    this.#limits = limits;
    this.#child = spawn(process.execPath, ["--no-warnings", `--max-old-space-size=${limits.heapMegabytes}`, child], {
      cwd: folder,
      env: {},
      stdio: ["pipe", "pipe", "pipe", "pipe"],
      detached: true,
    });
    if (this.#child.pid !== undefined) enterGroup(this.#child.pid);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on("data", (data: Buffer) => (this.#output = (this.#output + data.toString()).slice(-keptOutput)));
    }
    this.#child.stdio[3]?.on("data", (data: Buffer) => this.#read(data));
    // A pack that has ended cannot be written to; that it ended says more.
    this.#child.stdin?.on("error", () => undefined);
    this.#child.once("error", () => this.#fail({ reason: "ended", at: undefined, output: "" }));
    this.#child.once("close", (_code, killed) => this.#ended(killed));
    const abort = (): void => this.#fail({ reason: "aborted" });
    signal?.addEventListener("abort", abort, { once: true });
    this.#child.once("close", () => signal?.removeEventListener("abort", abort));
    if (signal?.aborted === true) abort();
  }

  /** Starts the pack. @throws {PackFailed} */
  open(request: OpenRequest): Promise<Answer> {
    return this.#ask(request, this.#limits.startMs, this.#limits.startMs);
  }

  /** Asks rules. Questions come one after the other. @throws {PackFailed} */
  check(request: CheckRequest): Promise<Answer> {
    return this.#ask(request, this.#limits.checkMs, this.#limits.ruleMs);
  }

  /** Ends the process and all that it started. */
  close(): void {
    const { pid } = this.#child;
    if (pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null) leaveGroup(pid);
  }

  #ask(request: object, wholeMs: number, partMs: number): Promise<Answer> {
    if (this.#failed !== undefined) return Promise.reject(this.#failed);
    return new Promise<Answer>((resolve, reject) => {
      const late = (): void => this.#fail({ reason: "timeout", at: this.#at });
      const whole = setTimeout(late, wholeMs);
      let part = setTimeout(late, partMs);
      const settle = (): void => {
        clearTimeout(whole);
        clearTimeout(part);
        this.#waiting = undefined;
      };
      this.#waiting = {
        resolve: (found) => (settle(), resolve(found)),
        reject: (failure) => (settle(), reject(failure)),
        began: () => {
          clearTimeout(part);
          part = setTimeout(late, partMs);
        },
      };
      this.#at = undefined;
      this.#child.stdin?.write(`${JSON.stringify(request)}\n`);
    });
  }

  #read(data: Buffer): void {
    this.#bytes += data.length;
    if (this.#bytes > this.#limits.answerBytes) return this.#fail({ reason: "output" });
    let rest = data;
    for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10)) {
      this.#line(Buffer.concat([...this.#pieces, rest.subarray(0, end)]).toString("utf8"));
      this.#pieces = [];
      rest = rest.subarray(end + 1);
    }
    if (rest.length > 0) this.#pieces.push(rest);
  }

  #line(text: string): void {
    const found = parse(text);
    if (found === undefined) return this.#fail({ reason: "garbage" });
    if ("at" in found) {
      this.#at = found.at;
      this.#waiting?.began();
      return;
    }
    this.#bytes = 0;
    if ("failed" in found) return this.#fail({ reason: "failed", answer: found.failed });
    this.#waiting?.resolve(found);
  }

  #ended(signal: NodeJS.Signals | null): void {
    const memory = signal === "SIGABRT" || /heap out of memory/.test(this.#output);
    this.#fail(memory ? { reason: "memory" } : { reason: "ended", at: this.#at, output: this.#output });
  }

  #fail(failure: PackFailure): void {
    this.#failed ??= new PackFailed(failure);
    this.close();
    this.#waiting?.reject(this.#failed);
  }
}

function parse(text: string): Answer | undefined {
  try {
    return answer.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
