import { homedir } from "node:os";
import { join } from "node:path";
import { getStack, log, RunError } from "@pulumi/pulumi";
import { Environment } from "../components/environment.ts";
import { DriftlessError } from "../core/errors/error.ts";
import { prepare } from "./prepare.ts";

// The SDK takes a stack trace of every resource: at Node's depth that costs a second per 1,000.
Error.stackTraceLimit = 4;

const { env } = process;
const ready = await prepare({
  from: process.cwd(),
  environment: getStack(),
  cache: join(env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "driftless"),
  env,
}).catch((error: unknown) => {
  // A RunError is printed as it is, without a stack trace.
  throw error instanceof DriftlessError ? new RunError(error.message) : error;
});
for (const warning of ready.warnings) await log.warn(warning);

export const { environment, revision, planDigest, applications } = new Environment(getStack(), ready);
