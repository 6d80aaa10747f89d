import { decodeBaseline } from "../../core/drift/baseline-codec.ts";
import { emptyBaseline, type Baseline } from "../../core/drift/baseline.ts";
import type { DriftError } from "../../core/drift/report.ts";
import { keptBaseline } from "../../core/drift/stash.ts";
import { DriftlessError } from "../../core/errors/error.ts";
import { errorFinding, type Finding } from "../../core/errors/finding.ts";
import type { StateExport } from "../engine/types.ts";
import type { StateResource } from "./resources.ts";

/** The baseline of a state, or why there is none to compare with. */
export interface FoundBaseline {
  readonly baseline: Baseline | undefined;
  readonly errors: readonly DriftError[];
}

/** Reads the baseline of a state with these objects. Without one nothing can be said of any of them but whether it is there. */
export function readBaseline(
  environment: string,
  state: StateExport | undefined,
  resources: readonly StateResource[],
): FoundBaseline {
  const none = (...findings: readonly Finding[]): FoundBaseline => ({
    baseline: undefined,
    errors: findings.map((finding) => ({ finding, objects: resources.map(({ resourceName }) => resourceName) })),
  });
  if (state === undefined) return none(neverUpdated(environment));
  const kept = keptBaseline(state.deployment);
  if (resources.length === 0) return { baseline: emptyBaseline, errors: [] };
  if (kept === undefined || kept.baseline === "") return none(missing(environment));
  try {
    return { baseline: decodeBaseline(kept.baseline), errors: [] };
  } catch (error) {
    if (!(error instanceof DriftlessError)) throw error;
    return none(...error.findings);
  }
}

function neverUpdated(environment: string): Finding {
  return errorFinding(
    "BASELINE_MISSING",
    `The environment "${environment}" has no state: it was never updated, or its state is lost or elsewhere.`,
    `Run driftless up ${environment}, or name the backend that holds its state with PULUMI_BACKEND_URL.`,
  );
}

function missing(environment: string): Finding {
  return errorFinding(
    "BASELINE_MISSING",
    `The state of "${environment}" holds no baseline: no driftless up has kept one yet.`,
    `Run driftless up ${environment}: it takes one, of what the engine saw when it applied each object.`,
  );
}
