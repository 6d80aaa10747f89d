import type { HealDecision, LeaveReason } from "../../core/drift/heal.ts";
import type { HealedMeasure } from "../drift/heal.ts";
import { objectLines, objectName } from "./drift-lines.ts";
import { findingLines } from "./findings.ts";
import { span, type Line } from "./line.ts";
import { code, html } from "./markdown-escape.ts";

type Healing = Partial<Pick<HealedMeasure, "healed">> & Pick<HealedMeasure, "measuredAt">;

/** What was healed, and what was left and why, for a person; nothing if nothing was to be healed. */
export function healLines(
  { healed, measuredAt: now }: Healing,
  several: boolean,
  origins: ReadonlyMap<string, string>,
): readonly Line[] {
  if (healed === undefined) return [];
  const { done, left } = parted(healed);
  return [
    ...(done.length === 0 ? [] : [[span("good", `healed ${countText(done.length)}`)]]),
    ...done.flatMap(({ object }) =>
      objectLines(object, { several, showIgnored: false, now, origin: origins.get(object.resourceName) }),
    ),
    ...(done.length === 0 ? [] : [[]]),
    ...(left.length === 0 ? [] : [[`left as it is: ${countText(left.length)}`]]),
    ...left.map((decision): Line => [
      `  ${objectName(decision.object, several)}`,
      span("faint", `  ${reasonText(decision)}`),
    ]),
    ...(left.length === 0 ? [] : [[]]),
    ...findingLines(healed.errors),
    ...(healed.errors.length === 0 ? [] : [[]]),
  ];
}

/** The same for a comment. */
export function healItems({ healed }: Pick<Healing, "healed">): readonly string[] {
  if (healed === undefined) return [];
  const { done, left } = parted(healed);
  return [
    ...done.map(({ object }) => `- healed: ${code(objectName(object, true))}`),
    ...left.map((decision) => `- left: ${code(objectName(decision.object, true))}, ${html(reasonText(decision))}`),
    ...(done.length + left.length === 0 ? [] : [""]),
  ];
}

function parted({ decisions, agreed }: HealedMeasure["healed"]) {
  const done = agreed ? decisions.filter(({ left }) => left === undefined) : [];
  return { done, left: decisions.filter((decision) => !done.includes(decision)) };
}

const reasons: Readonly<Record<LeaveReason | "declined", string>> = {
  report: "it is healed only when somebody asks for it (drift.heal is report)",
  off: "it is never healed (drift.heal is off)",
  limit: "it is fought over: healing it was tried as often as drift.healLimit allows, and it has drifted again",
  error: "it could not be healed",
  going: "its deletion has not come to its end",
  stranger: "Driftless did not make it, or it is to be kept",
  declined: "nobody agreed",
};

/** Why an object is left as it is. */
export function reasonText({ left, finding }: Pick<HealDecision, "left" | "finding">): string {
  const reason = reasons[left ?? "declined"];
  return finding === undefined ? reason : `${reason} (${finding.code})`;
}

function countText(count: number): string {
  return count === 1 ? "1 object" : `${count} objects`;
}
