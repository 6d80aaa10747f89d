import { DriftlessError } from "../../core/errors/error.ts";
import type { Finding } from "../../core/errors/finding.ts";
import { RunFailed } from "../engine/run-failed.ts";
import type { PreviewResult } from "../engine/types.ts";
import { violationFindings, type CheckedViolation } from "./policy.ts";

/** What a preview found although policy is against it, and what the packs in the engine say against it. */
export interface RefusedPreview {
  readonly result: PreviewResult;
  readonly refused: readonly Finding[];
}

/**
 * What a preview found that failed on nothing but packs in the engine.
 * @throws any other error, as it is
 */
export function stoppedByPolicy(error: unknown): RefusedPreview {
  if (error instanceof RunFailed && error.findings.every(({ code }) => code === "POLICY_VIOLATION")) {
    return { result: error.result, refused: error.findings };
  }
  throw error;
}

/** Errors for all that is against a run. What the engine says of a rule and an object that are told already is left out. */
export function policyErrors(
  violations: readonly CheckedViolation[],
  engine: readonly Finding[] = [],
): readonly Finding[] {
  const mandatory = violations.filter(({ level }) => level === "mandatory");
  const told = mandatory.map(({ object, rule }) => `${object === "" ? "" : `${object}: `}${rule}: `);
  return [
    ...violationFindings(mandatory),
    ...engine.filter(({ message }) => !told.some((start) => message.startsWith(start))),
  ];
}

/** An error of a preview behind what is known to be against it already, which must be told in any case. */
export function afterPolicy(error: unknown, violations: readonly CheckedViolation[]): unknown {
  const [first, ...rest] = policyErrors(violations).map((finding) => ({ owner: "environment", finding }));
  if (first === undefined || !(error instanceof DriftlessError)) return error;
  const { cause } = error;
  if (error instanceof RunFailed) return new RunFailed([first, ...rest, ...error.failures], error.result, { cause });
  return new DriftlessError([first.finding, ...rest.map(({ finding }) => finding), ...error.findings], { cause });
}
