import { z } from "zod";
import { listEnvironments } from "../../core/environment/load.ts";
import { dayOf } from "../../core/policy/expired.ts";
import { defineCommand } from "../command.ts";
import { exitCodes } from "../exit-code.ts";
import { columns } from "../output/columns.ts";
import { span, type Line, type Tone } from "../output/line.ts";
import { exceptionUses, type ExceptionUse } from "../policy/exception-use.ts";
import { withPolicy } from "../policy/session.ts";
import type { Session } from "../session.ts";

const tones: Readonly<Record<ExceptionUse["state"], Tone>> = {
  used: "good",
  unused: "update",
  run: "faint",
  expired: "bad",
};

/** Every exception of environments, and whether anything needs it. */
export const policyExceptions = defineCommand({
  summary: "Show the exceptions of an environment, who answers for them, and whether anything needs them.",
  description:
    'Exit code 1 if any has ended. "run": the rule is about runs, so only a preview, update or destruction asks it.',
  arguments: [{ syntax: "[env]", description: "name of the environment" }],
  options: [{ syntax: "--all", description: "all environments of the project" }],
  examples: ["driftless policy exceptions production", "driftless policy exceptions --all --json"],
  document: "PolicyExceptions",
  input: z
    .object({ env: z.string().optional(), all: z.boolean().default(false) })
    .refine(({ env, all }) => (env === undefined) === all, "Name an environment, or give --all"),
  run: async ({ env }, session) => {
    const names = env === undefined ? await listEnvironments(session.project) : [env];
    const today = dayOf(new Date());
    const found: Found[] = [];
    // One after the other: each takes as much of the machine as there is.
    for (const name of names) found.push(...(await read(session, name, today)));
    const expired = found.filter(({ state }) => state === "expired").length;
    return {
      document: { kind: "PolicyExceptions", environments: names, today, exceptions: found },
      lines: lines(found),
      exitCode: expired > 0 ? exitCodes.terminal : exitCodes.success,
    };
  },
});

type Found = ExceptionUse & { readonly environment: string };

async function read(session: Session, environment: string, today: string): Promise<readonly Found[]> {
  return withPolicy(session, environment, async (policy, computed) => {
    const { exceptions } = computed.environment.spec.policy;
    const { violations } =
      exceptions.length === 0 ? { violations: [] } : await policy.checkPlan(computed, { withoutExceptions: true });
    const rules = policy.packs.flatMap((pack) => pack.rules);
    const runRules = new Set(rules.filter(({ scope }) => scope === "run").map(({ name }) => name));
    return exceptionUses(exceptions, violations, runRules, today).map((use) => ({ environment, ...use }));
  });
}

function lines(found: readonly Found[]): readonly Line[] {
  if (found.length === 0) return [["no exceptions"]];
  const heading = ["state", "environment", "rule", "object", "ends", "owner", "reason"];
  return columns([
    heading.map((text): Line => [span("faint", text)]),
    ...found.map((use): Line[] => [
      [span(tones[use.state], use.state)],
      [use.environment],
      [span("strong", use.rule)],
      [use.object, ...(use.objects.length > 1 ? [span("faint", ` (${use.objects.length} objects)`)] : [])],
      [use.expires, span("faint", ` ${left(use.daysLeft)}`)],
      [use.owner],
      [use.reason],
    ]),
  ]);
}

function left(days: number): string {
  if (days <= 0) return days === 0 ? "ended yesterday" : `ended ${1 - days} days ago`;
  return days === 1 ? "last day" : `${days} days left`;
}
