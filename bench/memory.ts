import { runProgram } from "../core/exec/run.ts";

/** Peak resident bytes by role, such as `engine` or `provider`; `all` is the peak of the sum. */
export type PeakMemory = Readonly<Record<string, number>>;

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly bytes: number;
  readonly command: string;
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

/** Samples a process and all that it starts until `stop` is called. */
export function watchMemory(root: number, env: Readonly<Record<string, string | undefined>>): { stop(): PeakMemory } {
  const peaks: Record<string, number> = {};
  let sampling = false;
  const timer = setInterval(() => {
    if (sampling) return;
    sampling = true;
    void listProcesses(env)
      .then((processes) => record(peaks, descendants(processes, root)))
      .finally(() => (sampling = false));
  }, intervalMs);
  return {
    stop: () => {
      clearInterval(timer);
      return peaks;
    },
  };
}

/** Raises the peaks to what this sample shows. */
export function record(peaks: Record<string, number>, processes: readonly Process[]): void {
  const sums: Record<string, number> = { all: 0 };
  for (const { bytes, command } of processes) {
    const role = roles.find(([pattern]) => pattern.test(command))?.[1] ?? "other";
    sums[role] = (sums[role] ?? 0) + bytes;
    sums["all"] = (sums["all"] ?? 0) + bytes;
  }
  for (const [role, bytes] of Object.entries(sums)) peaks[role] = Math.max(peaks[role] ?? 0, bytes);
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
    args: ["-A", "-ww", "-o", "pid=,ppid=,rss=,args="],
    env: { PATH: env["PATH"] },
    timeoutMs: 10_000,
    maxOutputBytes: 16 << 20,
  });
  return parseProcesses(stdout.toString("utf8"));
}

/** Rows of `ps -o pid=,ppid=,rss=,args=`; resident memory is in KiB there. */
export function parseProcesses(text: string): readonly Process[] {
  return text.split("\n").flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/.exec(line);
    if (match === null) return [];
    const [, pid, parent, kib, command] = match;
    return [{ pid: Number(pid), parent: Number(parent), bytes: Number(kib) * 1024, command: command ?? "" }];
  });
}
