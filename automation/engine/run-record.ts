import { randomUUID } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";
import { z } from "zod";
import { ignore } from "../../core/errors/system-error.ts";
import { parseJson } from "../../core/manifest/parse-json.ts";
import { isSameProcess, processIdentity } from "../../toolchain/process/identity.ts";

/** What is known of the run that is at work, or of the one that was interrupted. */
export interface RunRecord {
  /** Value of `DRIFTLESS_RUN` in all of its processes. */
  readonly run: string;
  /** The commit that it is for, if it is known. */
  readonly revision?: string | undefined;
  /** When it was noted, ISO 8601. */
  readonly begun?: string | undefined;
  /** Process of the command line. */
  readonly owner?: RunProcess | undefined;
  /** Process of the engine; absent until it has started. */
  readonly engine?: RunProcess | undefined;
  /** Whose objects it may have made, and those of the run before if that did not end: `application/<name>` and so on. */
  readonly owners?: readonly string[] | undefined;
}

/** What a run is about. */
export type RunSubject = Pick<RunRecord, "revision" | "owners" | "begun">;

/** A process, told from a later one with the same id. */
export interface RunProcess {
  readonly pid: number;
  readonly identity?: string | undefined;
}

const processSchema = z.object({ pid: z.number(), identity: z.string().optional() });
const recordSchema = z.object({
  run: z.string(),
  revision: z.string().optional(),
  begun: z.string().optional(),
  owner: processSchema.optional(),
  engine: processSchema.optional(),
  owners: z.array(z.string()).optional(),
});

/** Writes down each run before it starts and strikes it out when it has ended in an orderly way. */
export class RunLog {
  readonly #file: string;
  #subject: RunSubject = {};

  constructor(project: string, environment: string) {
    this.#file = join(project, ".driftless", "runs", `${environment}.json`);
  }

  /** The run that has not ended in an orderly way, if there is one. */
  async read(): Promise<RunRecord | undefined> {
    const text = await readFile(this.#file, "utf8").catch(ignore("ENOENT"));
    if (text === undefined) return undefined;
    const parsed = recordSchema.safeParse(parseJson(text));
    // Cut short while it was written: still a run that was interrupted.
    return parsed.success ? parsed.data : { run: "unknown" };
  }

  /** Notes a new run, and whose objects it may make; returns its name. */
  async begin({ revision, owners = [] }: RunSubject = {}): Promise<string> {
    const run = randomUUID();
    const before = (await this.read())?.owners ?? [];
    this.#subject = { revision, begun: new Date().toISOString(), owners: [...new Set([...before, ...owners])] };
    await this.#write({ run, ...this.#subject, owner: await describe(process.pid) });
    return run;
  }

  /** Notes the engine's process. */
  async started(run: string, pid: number): Promise<void> {
    await this.#write({ run, ...this.#subject, owner: await describe(process.pid), engine: await describe(pid) });
  }

  /** Strikes the run out. */
  async end(): Promise<void> {
    await rm(this.#file, { force: true });
  }

  async #write(record: RunRecord): Promise<void> {
    await mkdir(dirname(this.#file), { recursive: true, mode: 0o700 });
    await writeFile(this.#file, JSON.stringify(record));
  }
}

/**
 * The process that is still at work on a run: its engine, or the command line of another process that has not started
 * one yet. Undefined if both are gone.
 */
export async function processAtWork({ owner, engine }: RunRecord): Promise<number | undefined> {
  if (engine !== undefined) return (await isThere(engine)) ? engine.pid : undefined;
  return owner !== undefined && owner.pid !== process.pid && (await isThere(owner)) ? owner.pid : undefined;
}

/** True while any process of a run is there: an engine that has ended leaves its command line to strike the run out. */
export async function isAtWork({ owner, engine }: RunRecord): Promise<boolean> {
  const others = [owner, engine].filter((each) => each !== undefined).filter(({ pid }) => pid !== process.pid);
  return (await Promise.all(others.map(isThere))).includes(true);
}

async function isThere({ pid, identity }: RunProcess): Promise<boolean> {
  return identity !== undefined && isSameProcess(pid, identity);
}

async function describe(pid: number): Promise<RunProcess> {
  return { pid, identity: await processIdentity(pid) };
}
