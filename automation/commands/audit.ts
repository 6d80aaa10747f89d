import { z } from "zod";
import { listEnvironments } from "../../core/environment/load.ts";
import { failure } from "../../core/errors/error.ts";
import { quote } from "../../core/errors/quote.ts";
import type { Period } from "../../core/history/audit.ts";
import { defineCommand } from "../command.ts";
import { auditEnvironment, type EnvironmentAudit } from "../history/audit.ts";
import { formatDocument } from "../output/json.ts";
import { auditCsv, auditMarkdown } from "../output/audit.ts";

const formats = ["csv", "json", "markdown"] as const;

/** What whoever has to account for changes asks for. */
export const audit = defineCommand({
  summary:
    "Report every change of a period: who, which commits, who reviewed them, policy, exceptions, and how it went.",
  description:
    "With deployment frequency, lead time, change failure rate and time to restore. It is made of the stack's history, Git and the block " +
    "list; commits are those that this machine's mirror holds. Drift is what this checkout has seen of it (.driftless/drift).",
  arguments: [{ syntax: "[env]", description: "name of the environment" }],
  options: [
    { syntax: "--all", description: "all environments of the project" },
    { syntax: "--from <day>", description: "first day, in UTC, such as 2026-01-01 (default: 90 days before the end)" },
    { syntax: "--to <day>", description: "last day, in UTC (default: today)" },
    { syntax: "--forge", description: "also ask the forges who approved the pull requests; takes their tokens" },
    { syntax: "--format <format>", description: "how to print it (default: markdown)", choices: formats },
  ],
  examples: [
    "driftless audit production --from 2026-01-01 --to 2026-03-31 --format csv > audit.csv",
    "driftless audit --all --format json",
  ],
  document: "Audit",
  input: z.object({
    env: z.string().optional(),
    all: z.boolean().default(false),
    from: z.string().optional(),
    to: z.string().optional(),
    forge: z.boolean().default(false),
    format: z.enum(formats).default("markdown"),
  }),
  run: async ({ env, all, from, to, format, forge }, session) => {
    if (all === (env !== undefined)) {
      throw failure("USAGE", "Name an environment, or give --all.", "Run driftless audit production, or --all.");
    }
    const period = periodOf(from, to, session.io.now());
    const names = env === undefined ? await listEnvironments(session.project) : [env];
    const audits: EnvironmentAudit[] = [];
    for (const name of names) audits.push(await auditEnvironment(session, name, { period, forge }));
    const document = { kind: "Audit" as const, ...period, environments: audits };
    const texts = {
      csv: () => auditCsv(audits),
      json: () => formatDocument(document),
      markdown: () => auditMarkdown(audits, period),
    };
    return { document, lines: [], raw: texts[format]() };
  },
});

const dayMs = 86_400_000;

/** Whole days; the last one is part of it. */
function periodOf(from: string | undefined, to: string | undefined, now: Date): Period {
  const end = startOf(to ?? now.toISOString().slice(0, 10), "--to") + dayMs;
  const start = from === undefined ? end - 90 * dayMs : startOf(from, "--from");
  if (start >= end) throw failure("USAGE", "--from is later than --to.", "Give the first day, then the last.");
  return { from: new Date(start).toISOString(), to: new Date(end).toISOString() };
}

function startOf(day: string, option: string): number {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  if (!Number.isNaN(time) && new Date(time).toISOString().startsWith(day)) return time;
  throw failure("USAGE", `${option} ${quote(day)} is no day.`, 'Write it as "2026-03-31".');
}
