import type { KeptKubeconfig } from "../../core/cluster/kubeconfig-files.ts";
import { wholeStackName } from "../../core/cluster/stack-name.ts";
import { failure, type DriftlessError } from "../../core/errors/error.ts";
import { EngineExit } from "./command.ts";
import type { Workspace } from "./workspace.ts";

/** What is needed to ask the engine. */
export type RevealWorkspace = Pick<
  Workspace,
  "backend" | "command" | "project" | "projectName" | "stackName" | "settings"
>;

/**
 * A value that the engine keeps encrypted, decrypted by the engine with whatever the stack's secrets provider needs. It
 * stays in memory. Throws KUBECONFIG_INVALID and PASSPHRASE_MISSING; what the engine wrote is never shown: it may quote it.
 */
export async function revealKept(workspace: RevealWorkspace, kept: KeptKubeconfig): Promise<unknown> {
  try {
    const args = "secret" in kept ? configArgs(workspace, kept.secret) : await outputArgs(workspace, kept);
    const { stdout } = await workspace.command().start(args, workspace.project);
    return "secret" in kept ? stdout.trim() : JSON.parse(stdout);
  } catch (error) {
    throw explain(error, workspace, kept);
  }
}

function configArgs({ stackName }: RevealWorkspace, key: string): readonly string[] {
  return ["config", "get", key, "--stack", stackName];
}

async function outputArgs(
  workspace: RevealWorkspace,
  { stack, output }: Extract<KeptKubeconfig, { readonly stack: string }>,
): Promise<readonly string[]> {
  const name = wholeStackName(stack, [await organizationOf(workspace), workspace.projectName]);
  return ["stack", "output", output, "--stack", name, "--show-secrets", "--json"];
}

/** Backends that the user keeps have one, with a fixed name. */
async function organizationOf({ backend, command, project }: RevealWorkspace): Promise<string> {
  if (!/^https?:/.test(backend.url)) return "organization";
  const { stdout } = await command().start(["org", "get-default"], project);
  return stdout.trim();
}

function explain(error: unknown, { stackName, settings }: RevealWorkspace, kept: KeptKubeconfig): unknown {
  if (error instanceof SyntaxError) {
    return invalid("The output that holds a kubeconfig cannot be read.", "Export it as text or as an object.");
  }
  if (!(error instanceof EngineExit)) return error;
  if (/passphrase/.test(error.stderr)) {
    const message = "The passphrase that decrypts a kubeconfig is missing or wrong.";
    const fix = "Set PULUMI_CONFIG_PASSPHRASE to that of the stack that keeps it.";
    return failure("PASSPHRASE_MISSING", message, fix);
  }
  const missing = /no stack named/.test(error.stderr);
  if ("secret" in kept) {
    const set = `pulumi config set --secret ${kept.secret} --stack ${stackName} < kubeconfig`;
    return missing
      ? invalid(
          `There is no stack "${stackName}" yet whose configuration could hold a kubeconfig.`,
          `Make it, and set the kubeconfig: pulumi stack init ${stackName}; ${set}`,
        )
      : invalid(`The configuration of the stack (${settings.file}) has no "${kept.secret}".`, `Set it: ${set}`);
  }
  return missing
    ? invalid(
        `The backend has no stack "${kept.stack}", one of whose outputs is a kubeconfig.`,
        "Name a stack of the same backend: stack, project/stack or organization/project/stack.",
      )
    : invalid(
        `The stack "${kept.stack}" has no output "${kept.output}".`,
        "Export the kubeconfig there, or name the output that it has.",
      );
}

/** Without its cause: what the engine wrote may hold what it was asked for. */
function invalid(message: string, fix: string): DriftlessError {
  return failure("KUBECONFIG_INVALID", message, fix);
}
