import type { WaitTarget } from "../live/watch.ts";
import type { PlannedObject } from "../core/plan/plan.ts";
import { members } from "./engine-values.ts";
import { parseResourceName } from "../core/plan/identity.ts";

/** What a gate keeps in the state, for when it is deleted by a program that no longer plans it. */
export interface GateRecord {
  /** Of what it was passed with; absent for a barrier. */
  readonly digest?: string | undefined;
  /** What must be gone before the gate is. */
  readonly next: readonly WaitTarget[];
  /** Owners that wait for the gate. */
  readonly dependants: readonly string[];
  /** Seconds that it may take to go. */
  readonly timeoutSeconds: number;
}

const defaultSeconds = 300;

/** The record as the state holds it: each object as `<apiVersion> <resource name>`, and nothing that is empty. */
export function gateInput(gate: {
  readonly digest?: string;
  readonly next?: readonly PlannedObject[];
  readonly dependants?: readonly string[];
  readonly timeoutSeconds?: number;
}): Readonly<Record<string, unknown>> {
  const { digest, next = [], dependants = [], timeoutSeconds } = gate;
  return {
    ...(digest === undefined ? {} : { digest }),
    ...(next.length === 0
      ? {}
      : { next: next.map(({ object, resourceName }) => `${object.apiVersion} ${resourceName}`) }),
    ...(dependants.length === 0 ? {} : { dependants }),
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
  };
}

/** Reads the inputs of a gate; what it cannot read is not there. */
export function parseGateInput(inputs: unknown): GateRecord {
  const { digest, next, dependants, timeoutSeconds } = members(members(inputs)["input"]);
  return {
    digest: typeof digest === "string" ? digest : undefined,
    next: texts(next).flatMap(target),
    dependants: texts(dependants),
    timeoutSeconds: typeof timeoutSeconds === "number" ? timeoutSeconds : defaultSeconds,
  };
}

function target(text: string): readonly WaitTarget[] {
  const [apiVersion = "", resourceName = ""] = text.split(" ");
  const identity = parseResourceName(resourceName);
  if (identity === undefined) return [];
  const { cluster, namespace, name } = identity;
  const kind = identity.kind.replace(/\..*$/s, "");
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
  return [{ resourceName, cluster, object: { apiVersion, kind, metadata } }];
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
