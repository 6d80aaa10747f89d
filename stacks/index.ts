import { homedir } from "node:os";
import { join } from "node:path";
import { getStack, log, RunError, runtime } from "@pulumi/pulumi";
import { Environment } from "../components/environment.ts";
import { DriftlessError } from "../core/errors/error.ts";
import { withoutDiagnostics } from "./diagnostics.ts";
import { prepare } from "./prepare.ts";
import { reveal } from "./reveal.ts";
import { stackOutputs } from "./stack-outputs.ts";

const { env } = process;
// The provider reads it from its own environment; from here it would get into the state, and stay there.
delete env["PULUMI_K8S_ENABLE_PATCH_FORCE"];
const ready = await prepare({
  from: process.cwd(),
  environment: getStack(),
  cache: join(env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "driftless"),
  preview: runtime.isDryRun(),
  env,
  reveal,
  outputs: () => stackOutputs(getStack()),
}).catch((error: unknown) => {
  // A RunError is printed as it is, without a stack trace.
  throw error instanceof DriftlessError ? new RunError(error.message) : error;
});
for (const warning of ready.warnings) await log.warn(warning);

withoutDiagnostics();

export const { environment, revision, planDigest, applications } = new Environment(getStack(), ready);
export const { rollbacks } = ready;
