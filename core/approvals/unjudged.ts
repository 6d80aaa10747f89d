import { errorFinding, type Finding } from "../errors/finding.ts";
import type { ComputedPlan } from "../plan/compute.ts";

/**
 * What speaks against a run for which nobody has looked after the approvals, such as plain `pulumi up`: whose change it is, and so
 * who may approve it, is in the history of the stack, which a program does not get to see. None where none are required.
 */
export function unjudged({ plan, environment: { spec, locate } }: ComputedPlan): readonly Finding[] {
  const { name, approvals } = spec;
  if (approvals.required === 0) return [];
  return [
    errorFinding(
      "APPROVAL_MISSING",
      `${name} needs ${approvals.required} approval${approvals.required === 1 ? "" : "s"} of the plan ${plan.digest}, which Pulumi alone cannot judge.`,
      `Run driftless up ${name}, or driftless destroy ${name}, which ask for them; driftless approve ${name} --show says who has approved the plan.`,
      locate(["approvals", "required"]),
    ),
  ];
}
