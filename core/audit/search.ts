import { open, stat, type FileHandle } from "node:fs/promises";
import { performance } from "node:perf_hooks";
import { createGunzip } from "node:zlib";
import type { KubeconfigContext } from "../cluster/kubeconfig-files.ts";
import { DriftlessError, failure } from "../errors/error.ts";
import { errorFinding, type Finding } from "../errors/finding.ts";
import { isSystemError } from "../errors/system-error.ts";
import { answer, isSettled } from "./answer.ts";
import { readBlock } from "./block.ts";
import { auditLogs, rotatedLogs, type AuditSource, type LogFile } from "./files.ts";
import { blocksBackwards, blocksForward, type Block } from "./lines.ts";
import { earliest, type AuditAnswer, type AuditQuestion } from "./question.ts";
import { Trails } from "./trail.ts";

/** What was found in the audit log of a cluster. */
export interface AuditFound {
  /** By the key of the question. */
  readonly answers: ReadonlyMap<string, AuditAnswer>;
  /** Time of the oldest event that was read: ISO 8601, UTC. Undefined if there was none. */
  readonly from: string | undefined;
  /** Lines that are no events of an audit log, or not whole: they were left out. */
  readonly damaged: number;
  /** Why parts of the log could not be read. */
  readonly findings: readonly Finding[];
}

/** What limits a search. */
export interface AuditContext extends KubeconfigContext {
  readonly signal?: AbortSignal | undefined;
  /** Default: 20,000. What has not been read by then is left out, and said. */
  readonly milliseconds?: number;
}

const defaultMilliseconds = 20_000;
/** Events are written when they have been answered, and in batches: not strictly by their time. */
const disorderMs = 120_000;

/**
 * Looks for whoever changed some objects in the audit log of a cluster, from its end back to when the objects were last
 * applied. Memory does not grow with the log. What cannot be read is a finding; only an aborted signal is thrown.
 */
export async function searchAudit(
  cluster: string,
  source: AuditSource,
  questions: readonly AuditQuestion[],
  context: AuditContext,
): Promise<AuditFound> {
  const search = new Search(cluster, questions, context);
  try {
    for (const log of auditLogs(cluster, source, context)) await search.read(log);
  } catch (error) {
    context.signal?.throwIfAborted();
    if (!(error instanceof DriftlessError)) throw error;
    search.findings.push(...error.findings);
  }
  return search.result();
}

class Search {
  readonly findings: Finding[] = [];
  readonly #cluster: string;
  readonly #trails: Trails;
  readonly #context: AuditContext;
  readonly #since: number;
  readonly #deadline: number;
  /** Of each log, how far back it was read: milliseconds since 1970. */
  readonly #reached: number[] = [];
  #damaged = 0;

  constructor(cluster: string, questions: readonly AuditQuestion[], context: AuditContext) {
    this.#cluster = cluster;
    this.#trails = new Trails(questions);
    this.#context = context;
    this.#since = Math.min(...questions.map(earliest));
    this.#deadline = performance.now() + (context.milliseconds ?? defaultMilliseconds);
  }

  /** Reads a log and what was put aside of it, until what is left is too old. */
  async read(log: LogFile): Promise<void> {
    let reached = Infinity;
    let events = 0;
    const take = ({ text, dropped }: Block): boolean => {
      this.#context.signal?.throwIfAborted();
      const found = readBlock(text, this.#trails);
      this.#damaged += found.damaged + dropped;
      events += found.events;
      reached = Math.min(reached, found.oldest ?? Infinity);
      return performance.now() < this.#deadline;
    };
    const isDone = (): boolean => reached < this.#since - disorderMs || this.#trails.all().every(isSettled);
    let inTime = true;
    try {
      inTime = await this.#readFile(log, take, isDone);
      for (const part of await rotatedLogs(log, this.#since - disorderMs)) {
        if (!inTime || isDone()) break;
        inTime = await this.#readFile(part, take, isDone);
      }
      if (!inTime) this.findings.push(outOfTime(this.#cluster, log));
      if (events === 0 && this.#damaged > 0) this.findings.push(noLog(this.#cluster, log));
    } catch (error) {
      this.#context.signal?.throwIfAborted();
      if (!isSystemError(error)) throw error;
      this.findings.push(unreadable(this.#cluster, log, error.code));
    }
    this.#reached.push(reached);
  }

  result(): AuditFound {
    const answers = this.#trails.all().map((trail) => {
      const complete = this.findings.length === 0 && this.#reached.every((time) => time <= earliest(trail.question));
      return [trail.question.key, answer(trail, complete)] as const;
    });
    const from = Math.max(...this.#reached);
    return {
      answers: new Map(answers),
      from: Number.isFinite(from) ? new Date(from).toISOString() : undefined,
      damaged: this.#damaged,
      findings: this.findings,
    };
  }

  /** False if there was no time for all of it. A packed file can only be read from its beginning. */
  async #readFile(log: LogFile, take: (block: Block) => boolean, isDone: () => boolean): Promise<boolean> {
    // Opening a pipe would wait for somebody to write into it.
    const stats = await stat(log.path);
    if (!stats.isFile()) throw notFile(this.#cluster, log);
    const file = await open(log.path, "r");
    try {
      if (await isPacked(file)) return await this.#readPacked(file, log, take);
      for await (const block of blocksBackwards(file, stats.size)) {
        if (!take(block)) return false;
        if (isDone()) return true;
      }
      return true;
    } finally {
      await file.close();
    }
  }

  async #readPacked(file: FileHandle, log: LogFile, take: (block: Block) => boolean): Promise<boolean> {
    const packed = file.createReadStream({ start: 0, autoClose: false });
    const stream = packed.pipe(createGunzip());
    packed.on("error", (error) => stream.destroy(error));
    try {
      for await (const block of blocksForward(stream)) if (!take(block)) return false;
      return true;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && /^Z_|ERR_STREAM/.test(String(error.code)))) throw error;
      this.findings.push(endsEarly(this.#cluster, log));
      return true;
    } finally {
      stream.destroy();
      packed.destroy();
    }
  }
}

async function isPacked(file: FileHandle): Promise<boolean> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
  return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
}

function fix(cluster: string): string {
  return `Check clusters.${cluster}.audit, and that you may read the file; drift itself is measured without it.`;
}

function notFile(cluster: string, { label }: LogFile): DriftlessError {
  return failure("AUDIT_UNAVAILABLE", `The audit log ${label} of cluster "${cluster}" is no file.`, fix(cluster));
}

function unreadable(cluster: string, { label }: LogFile, code: string): Finding {
  const reason = code === "ENOENT" ? "does not exist" : `cannot be read (${code})`;
  const message = `The audit log ${label} of cluster "${cluster}" ${reason}: who changed what on it is not known.`;
  return errorFinding("AUDIT_UNAVAILABLE", message, fix(cluster));
}

function noLog(cluster: string, { label }: LogFile): Finding {
  const message = `No line of ${label}, the audit log of cluster "${cluster}", is an event: who changed what on it is not known.`;
  return errorFinding(
    "AUDIT_UNAVAILABLE",
    message,
    "Name a file of JSON lines as kube-apiserver's --audit-log-path writes it.",
  );
}

function endsEarly(cluster: string, { label }: LogFile): Finding {
  const message = `The packed audit log ${label} of cluster "${cluster}" is damaged: what follows in it was not read.`;
  return errorFinding("AUDIT_UNAVAILABLE", message, "Copy it again; what it could tell is missing, nothing else.");
}

function outOfTime(cluster: string, { label }: LogFile): Finding {
  const message = `The audit log ${label} of cluster "${cluster}" is too large to be read whole: older events were left out.`;
  return errorFinding(
    "AUDIT_UNAVAILABLE",
    message,
    "Have it rotated sooner (--audit-log-maxsize), or log less: who reads is not asked for.",
  );
}
