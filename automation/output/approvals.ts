import { earlierText } from "../../core/approvals/earlier.ts";
import { isApproved, type ApprovalVerdict } from "../../core/approvals/judge.ts";
import type { EnvironmentPlan } from "../../core/plan/plan.ts";
import type { EarlierStatus } from "../approvals/earlier.ts";
import type { ApprovalStatus } from "../approvals/status.ts";
import type { OutputDocument } from "./json.ts";
import { lineText, span, type Line } from "./line.ts";
import { html } from "./markdown-escape.ts";
import { shortDigest, shortRevision } from "./text.ts";

type Plan = Pick<EnvironmentPlan, "environment" | "revision" | "digest">;

/** Who has approved something, as `--json` prints it. */
export function approvalDocument({ environment, revision, digest }: Plan, verdict: ApprovalVerdict): OutputDocument {
  return { kind: "Approvals", environment, revision, digest, ...approvalFields(verdict) };
}

/** The same as a part of another document. */
export function approvalFields(status: ApprovalStatus): Readonly<Record<string, unknown>> {
  return "unavailable" in status ? { ...status } : { approved: isApproved(status), ...status };
}

/** Who has approved something, as a person reads it. `what`: how it is named before its digest. */
export function approvalLines(
  { environment, revision, digest }: Plan,
  verdict: ApprovalVerdict,
  what = "plan",
): readonly Line[] {
  return [
    ...saidLines(verdict, revision),
    [
      ...[span("strong", environment), ` at ${shortRevision(revision)} (${what} ${shortDigest(digest)}): `],
      ...countSpans(verdict),
    ],
  ];
}

/** Who has approved an earlier plan, or that nobody knows. `revision`: the commit of the present one. */
export function earlierLines(status: EarlierStatus, revision: string): readonly Line[] {
  if ("unavailable" in status) return [unknownLine(status)];
  return status.approvals.map((each): Line => [span("update", "earlier"), `   ${earlierText(each, revision)}`]);
}

function unknownLine({ unavailable }: { readonly unavailable: string }): Line {
  return [span("bad", "approvals unknown"), `: ${unavailable}`];
}

/** Who has approved a plan, beside what else is known of it. */
export function approvalStatusLines({ environment, revision, digest }: Plan, status: ApprovalStatus): readonly Line[] {
  if ("unavailable" in status) return [unknownLine(status)];
  const ask = isApproved(status) ? [] : [span("faint", `: driftless approve ${environment} --digest ${digest}`)];
  return [...saidLines(status, revision), [...countSpans(status), ...ask]];
}

/** The same as a paragraph of a comment. */
export function approvalNote({ revision }: Pick<Plan, "revision">, status: ApprovalStatus): string {
  if ("unavailable" in status) return html(`Approvals are unknown: ${status.unavailable}`);
  return [...saidLines(status, revision), countSpans(status)].map((line) => html(lineText(line))).join("<br>");
}

function saidLines({ approvedBy, ignored, earlier, breakGlass }: ApprovalVerdict, revision: string): readonly Line[] {
  return [
    ...approvedBy.map((by): Line => [span("good", "approved"), `  ${by}`]),
    ...ignored.map(({ by, why }): Line => [span("update", "ignored"), `   ${by}, who ${why}`]),
    ...earlierLines({ approvals: earlier }, revision),
    ...(breakGlass === undefined
      ? []
      : [
          [span("update", "no approvals needed"), ` until ${breakGlass.until}: ${breakGlass.by}, ${breakGlass.reason}`],
        ]),
  ];
}

function countSpans(verdict: ApprovalVerdict): Line {
  const { required, approvedBy, missing, open } = verdict;
  return [
    ...(isApproved(verdict)
      ? [span("good", `${approvedBy.length} of ${required} approvals`)]
      : [span("bad", `${approvedBy.length} of ${required} approvals`), `, ${missing} missing`]),
    ...(missing === 0 || open.length === 0 ? [] : [span("faint", `; may approve: ${open.join(", ")}`)]),
  ];
}
