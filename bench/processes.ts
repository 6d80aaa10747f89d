import { readFile } from "node:fs/promises";
import { runProgram } from "../core/exec/run.ts";

/** Peak resident bytes by role, such as `engine` or `provider`; `all` is the peak of the sum. */
export type PeakMemory = Readonly<Record<string, number>>;

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly bytes: number;
  /** Seconds of CPU that it has used so far. */
  readonly cpu: number;
  readonly command: string;
}

/** What a command and all that it started used. */
export interface Usage {
  /** Resident memory. What processes share counts once for each of them. */
  readonly memory: PeakMemory;
  /** Memory with what processes share counted once in all (PSS), sampled more rarely. Empty where the system does not tell. */
  readonly share: PeakMemory;
  /** Seconds of CPU by role; `all` is the sum. Processes that live shorter than a sample are missed. */
  readonly cpu: Readonly<Record<string, number>>;
}

/** What a process does, by what its command line holds; the first that fits. */
const roles: readonly (readonly [pattern: RegExp, role: string])[] = [
  [/pulumi-resource-kubernetes/, "provider"],
  [/run-policy-pack/, "policy pack"],
  [/cmd\/run\b/, "program"],
  [/pulumi-language-nodejs/, "language host"],
  [/(^|\/)pulumi\s/, "engine"],
  [/automation\/main\.ts|bin\/driftless/, "command line"],
  [/kustomize|helm/, "renderer"],
];

const intervalMs = 200;
/** The kernel walks all pages of a process to tell its share of them. */
const samplesPerShare = 10;

/** Samples a process and all that it starts until `stop` is called. */
export function watchProcesses(root: number, env: Readonly<Record<string, string | undefined>>): { stop(): Usage } {
  const peaks: Record<string, number> = {};
  const share: Record<string, number> = {};
  const seen = new Map<number, Process>();
  let sampling = false;
  let samples = 0;
  const sample = async (): Promise<void> => {
    const ours = await Promise.all(descendants(await listProcesses(env), root).map(withTicks));
    record(peaks, ours);
    for (const process of ours) seen.set(process.pid, named(process, seen.get(process.pid)));
    if (samples++ % samplesPerShare === 0) record(share, (await Promise.all(ours.map(withShare))).flat());
  };
  const timer = setInterval(() => {
    if (sampling) return;
    sampling = true;
    void sample().finally(() => (sampling = false));
  }, intervalMs);
  return {
    stop: () => {
      clearInterval(timer);
      return { memory: peaks, share, cpu: sumByRole([...seen.values()], ({ cpu }) => cpu) };
    },
  };
}

const ticksPerSecond = 100;

/** The same with its CPU in hundredths of a second, where /proc tells it: `ps` gives whole ones. */
async function withTicks(process: Process): Promise<Process> {
  const text = await readProc(process, "stat");
  const ticks = text === undefined ? undefined : parseTicks(text);
  return ticks === undefined ? process : { ...process, cpu: ticks / ticksPerSecond };
}

/** Ticks of CPU in a line of `/proc/<pid>/stat`; undefined if it is none. */
export function parseTicks(stat: string): number | undefined {
  // The name of the program may hold spaces; nothing behind it does.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [user, system] = [Number(fields[11]), Number(fields[12])];
  return Number.isNaN(user + system) ? undefined : user + system;
}

async function withShare(process: Process): Promise<readonly Process[]> {
  const kib = /^Pss:\s+(\d+) kB$/m.exec((await readProc(process, "smaps_rollup")) ?? "")?.[1];
  return kib === undefined ? [] : [{ ...process, bytes: Number(kib) * 1024 }];
}

/** A file that the kernel keeps about a process; undefined where there is none, or the process has ended. */
function readProc({ pid }: Process, file: string): Promise<string | undefined> {
  return readFile(`/proc/${pid}/${file}`, "utf8").catch(() => undefined);
}

/** A process that has ended and is not waited for yet shows no command line: it keeps the one that it had. */
export function named(process: Process, before: Process | undefined): Process {
  const ended = process.command.endsWith("<defunct>");
  return ended && before !== undefined ? { ...process, command: before.command } : process;
}

/** Raises the peaks to what this sample shows. */
export function record(peaks: Record<string, number>, processes: readonly Process[]): void {
  const sums = sumByRole(processes, ({ bytes }) => bytes);
  for (const [role, bytes] of Object.entries(sums)) peaks[role] = Math.max(peaks[role] ?? 0, bytes);
}

/** The sum of something over the processes of each role, and over `all` of them. */
export function sumByRole(
  processes: readonly Process[],
  amount: (process: Process) => number,
): Readonly<Record<string, number>> {
  const sums: Record<string, number> = { all: 0 };
  for (const process of processes) {
    const role = roles.find(([pattern]) => pattern.test(process.command))?.[1] ?? "other";
    for (const name of [role, "all"]) sums[name] = (sums[name] ?? 0) + amount(process);
  }
  return sums;
}

/** The process `root` and everything below it. */
export function descendants(processes: readonly Process[], root: number): readonly Process[] {
  const children = Map.groupBy(processes, (process) => process.parent);
  const found = processes.filter((process) => process.pid === root);
  for (const process of found) found.push(...(children.get(process.pid) ?? []));
  return found;
}

async function listProcesses(env: Readonly<Record<string, string | undefined>>): Promise<readonly Process[]> {
  const { stdout } = await runProgram({
    file: "ps",
    args: ["-A", "-ww", "-o", "pid=,ppid=,rss=,time=,args="],
    env: { PATH: env["PATH"] },
    timeoutMs: 10_000,
    maxOutputBytes: 16 << 20,
  });
  return parseProcesses(stdout.toString("utf8"));
}

/** Rows of `ps -o pid=,ppid=,rss=,time=,args=`; resident memory is in KiB there, time as `[days-][hours:]minutes:seconds`. */
export function parseProcesses(text: string): readonly Process[] {
  return text.split("\n").flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+([\d:.-]+)\s+(.*)$/.exec(line);
    if (match === null) return [];
    const [, pid, parent, kib, time = "", command = ""] = match;
    return [{ pid: Number(pid), parent: Number(parent), bytes: Number(kib) * 1024, cpu: parseTime(time), command }];
  });
}

function parseTime(text: string): number {
  const [clock = "", days = "0"] = text.split("-").reverse();
  const seconds = clock.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  return Number(days) * 86_400 + seconds;
}
