import { DriftlessError, throwErrors } from "../../core/errors/error.ts";
import type { Finding } from "../../core/errors/finding.ts";
import { checkImagePolicies } from "../../core/images/check.ts";
import { unusedInPlan } from "../../core/images/unused.ts";
import type { ComputedPlan } from "../../core/plan/compute.ts";
import type { CheckedViolation, Policy } from "../policy/policy.ts";
import { withPolicy } from "../policy/session.ts";
import type { Session } from "../session.ts";
import { checkPlanSchemas, type PlacedSchemaCheck } from "./schemas.ts";

/** An environment that could be planned, and all that was found in it. */
export interface CheckedEnvironment {
  readonly name: string;
  readonly computed: ComputedPlan;
  readonly schemas: PlacedSchemaCheck;
  readonly policy: Pick<Policy, "packs" | "settings">;
  readonly violations: readonly CheckedViolation[];
}

/** An environment whose document, source or rendering failed. */
export interface FailedEnvironment {
  readonly name: string;
  readonly errors: readonly Finding[];
}

/** What `validate --all` finds out about one environment; an error in one says nothing about the others. */
export async function validateEnvironment(
  session: Session,
  name: string,
): Promise<CheckedEnvironment | FailedEnvironment> {
  try {
    return await withPolicy(session, name, async (policy, computed) => {
      throwErrors(await checkImagePolicies(computed.environment));
      const [schemas, { violations }] = await Promise.all([checkPlanSchemas(computed), policy.checkPlan(computed)]);
      const { packs, settings } = policy;
      const warnings = [...computed.warnings, ...unusedInPlan(computed.environment, computed.plan)];
      return { name, computed: { ...computed, warnings }, schemas, policy: { packs, settings }, violations };
    });
  } catch (error) {
    session.io.signal.throwIfAborted();
    if (!(error instanceof DriftlessError)) throw error;
    return { name, errors: error.findings };
  }
}
