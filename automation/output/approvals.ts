import { isApproved, type ApprovalVerdict } from "../../core/approvals/judge.ts";
import type { EnvironmentPlan } from "../../core/plan/plan.ts";
import type { OutputDocument } from "./json.ts";
import { span, type Line } from "./line.ts";
import { shortDigest, shortRevision } from "./text.ts";

type Plan = Pick<EnvironmentPlan, "environment" | "revision" | "digest">;

/** Who has approved a plan, as `--json` prints it. */
export function approvalDocument({ environment, revision, digest }: Plan, verdict: ApprovalVerdict): OutputDocument {
  return { kind: "Approvals", environment, revision, digest, approved: isApproved(verdict), ...verdict };
}

/** Who has approved a plan, as a person reads it. */
export function approvalLines({ environment, revision, digest }: Plan, verdict: ApprovalVerdict): readonly Line[] {
  const { required, approvedBy, missing, open, ignored, breakGlass } = verdict;
  return [
    ...approvedBy.map((by): Line => [span("good", "approved"), `  ${by}`]),
    ...ignored.map(({ by, why }): Line => [span("update", "ignored"), `   ${by}, who ${why}`]),
    ...(breakGlass === undefined
      ? []
      : [
          [span("update", "no approvals needed"), ` until ${breakGlass.until}: ${breakGlass.by}, ${breakGlass.reason}`],
        ]),
    [
      ...[span("strong", environment), ` at ${shortRevision(revision)} (plan ${shortDigest(digest)}): `],
      ...(isApproved(verdict)
        ? [span("good", `${approvedBy.length} of ${required} approvals`)]
        : [span("bad", `${approvedBy.length} of ${required} approvals`), `, ${missing} missing`]),
      ...(missing === 0 || open.length === 0 ? [] : [span("faint", `; may approve: ${open.join(", ")}`)]),
    ],
  ];
}
