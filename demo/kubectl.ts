import { join } from "node:path";
import type { Io } from "../automation/io.ts";
import { runProgram } from "../core/exec/run.ts";
import type { Tool, ToolName } from "../toolchain/toolchain.ts";
import { places } from "./places.ts";
import type { Stage } from "./stage.ts";

/** Runs kubectl on the cluster of the demo as somebody would type it, and shows what it says. */
export type Kubectl = (...args: readonly string[]) => Promise<void>;

/** kubectl on the cluster of the demo. */
export function kubectlOf(tools: ReadonlyMap<ToolName, Tool>, stage: Stage, io: Io): Kubectl {
  return async (...args) => {
    stage.typed(["$ kubectl", ...args.map((arg) => (/["{]/.test(arg) ? `'${arg}'` : arg))].join(" "));
    const { stdout } = await runProgram({
      file: tools.get("kubectl")?.path ?? "kubectl",
      args,
      env: { KUBECONFIG: join(places.cluster, "kubeconfig"), HOME: io.env["HOME"] },
      timeoutMs: 30_000,
      maxOutputBytes: 1 << 16,
      signal: io.signal,
    });
    stage.print(stdout.toString("utf8").trimEnd());
  };
}
