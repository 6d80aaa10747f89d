import type { HealDecision } from "../../core/drift/heal.ts";
import { loadEnvironment } from "../../core/environment/load.ts";
import type { Report } from "../command.ts";
import { confirm } from "../confirm.ts";
import { environmentDrift } from "../drift/environment.ts";
import { healDrift } from "../drift/heal.ts";
import { exitCodes } from "../exit-code.ts";
import { driftDocument, driftOutcome } from "../output/drift-document.ts";
import { driftLines } from "../output/drift-lines.ts";
import { driftComment } from "../output/drift-markdown.ts";
import type { SafetyFlags } from "../safety.ts";
import type { Session } from "../session.ts";

/** Puts back what has drifted, because a person asks for it: shows it first, and asks. */
export async function healOnRequest(
  session: Session,
  environment: string,
  { yes, flags }: { readonly yes: boolean; readonly flags: SafetyFlags },
): Promise<Report> {
  const loaded = await loadEnvironment(session.project, environment);
  const found = { environment, ...(await environmentDrift(session, loaded)) };
  session.show(driftLines(found, false));
  const agree = (chosen: readonly HealDecision[]): Promise<boolean> => {
    const what = chosen.length === 1 ? "this object" : `these ${chosen.length} objects`;
    return confirm(session, yes, `Put ${what} of ${environment} back?`, "yes");
  };
  const measured = { environment, ...(await healDrift(session, loaded, found, { asked: true, yes, flags, agree })) };
  const { agreed } = measured.healed;
  const codes = { none: exitCodes.success, drift: exitCodes.differences, error: exitCodes.terminal };
  return {
    document: driftDocument([measured], false),
    lines: agreed ? driftLines(measured, false) : [["Nothing was touched."]],
    markdown: (marker) => driftComment([measured], marker),
    exitCode: agreed ? codes[driftOutcome(measured)] : exitCodes.interrupted,
  };
}
