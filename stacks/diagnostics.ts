import { log } from "@pulumi/pulumi";

/**
 * Turns off what the SDK gathers of each resource for people who debug a program: a quarter of the program's time. To be
 * called when whatever can fail is done: errors tell enough without, and have no stack traces from here on.
 */
export function withoutDiagnostics(): void {
  // Several traces per resource; the SDK raises the limit for one of them, which goes into the state with paths of the machine.
  Error.stackTraceLimit = 0;
  Error.prepareStackTrace = String;
  // Several lines per resource, one of them with all that the cluster holds of it; each goes to the engine in a call of its
  // own when the one before has been answered, and nobody sees it without `--debug`.
  Object.assign(log, { debug: () => Promise.resolve() });
}
