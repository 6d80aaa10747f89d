import { Config } from "@pulumi/pulumi";
import type { KeptKubeconfig } from "../core/cluster/kubeconfig-files.ts";
import { failure } from "../core/errors/error.ts";
import { stackOutputs } from "./stack-outputs.ts";

/**
 * A kubeconfig that the engine keeps: it hands the program the stack's configuration decrypted, and the outputs of another
 * stack when it is asked for them. No resource stands for it, so the state holds no copy.
 * @throws {DriftlessError} KUBECONFIG_INVALID
 */
export async function reveal(kept: KeptKubeconfig): Promise<unknown> {
  if ("secret" in kept) {
    const [namespace = "", name] = kept.secret.split(":");
    const value = name === undefined ? new Config().get(namespace) : new Config(namespace).get(name);
    if (value !== undefined) return value;
    throw failure(
      "KUBECONFIG_INVALID",
      `The configuration of the stack has no "${kept.secret}".`,
      `Set it: pulumi config set --secret ${kept.secret} < kubeconfig`,
    );
  }
  const outputs = await stackOutputs(kept.stack);
  const value = Object.hasOwn(outputs, kept.output) ? outputs[kept.output] : undefined;
  if (value !== undefined) return value;
  throw failure(
    "KUBECONFIG_INVALID",
    `The stack "${kept.stack}" has no output "${kept.output}".`,
    "Export the kubeconfig there, or name the output that it has.",
  );
}
