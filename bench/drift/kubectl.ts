import { runProgram } from "../../core/exec/run.ts";
import type { Arena } from "../contestants/contestant.ts";

/** An object as kubectl prints it. */
export interface ReadObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Somebody at a terminal, who works on one namespace by hand. */
export interface Kubectl {
  /** Runs a command that must succeed; returns what it printed. */
  readonly run: (...args: readonly string[]) => Promise<string>;
  /** Reads one object, such as `cm/settings`. */
  read(object: string): Promise<ReadObject>;
  /** Creates an object as it stands. */
  create(object: object): Promise<void>;
  /** Runs a command on an object that it reads from its input: `-f -` is added. */
  send(object: object, ...args: readonly string[]): Promise<void>;
}

/** Works by hand on a namespace of the cluster. */
export function kubectlIn(
  { env, kubeconfig }: Pick<Arena, "env" | "kubeconfig">,
  file: string,
  namespace: string,
): Kubectl {
  const run = async (args: readonly string[], stdin?: string): Promise<string> => {
    const { stdout } = await runProgram({
      file,
      args: ["-n", namespace, ...args],
      env: { ...env, KUBECONFIG: kubeconfig },
      timeoutMs: 60_000,
      maxOutputBytes: 64 << 20,
      ...(stdin === undefined ? {} : { stdin }),
    });
    return stdout.toString("utf8");
  };
  return {
    run: (...args) => run(args),
    read: async (object) => JSON.parse(await run(["get", object, "-o", "json"])) as ReadObject,
    create: async (object) => void (await run(["create", "-f", "-"], JSON.stringify(object))),
    send: async (object, ...args) => void (await run([...args, "-f", "-"], JSON.stringify(object))),
  };
}

/** An object without some of its keys. */
export function without<Value>(
  object: Readonly<Record<string, Value>>,
  ...keys: readonly string[]
): Record<string, Value> {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}
