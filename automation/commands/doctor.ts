import { z } from "zod";
import { inspectToolchain, type DoctorEntry } from "../../toolchain/doctor.ts";
import { defineCommand, type Report } from "../command.ts";
import { exitCodes } from "../exit-code.ts";
import { columns } from "../output/columns.ts";
import { span, type Line } from "../output/line.ts";
import { exportLines, shellVariables } from "../shell.ts";
import type { Session } from "../session.ts";
import { toolContext } from "../work.ts";

/** Says what is on this machine and what is missing. */
export const doctor = defineCommand({
  summary: "Show the tools that are used, where they come from, and how to get what is missing.",
  arguments: [],
  options: [
    {
      syntax: "--shell",
      description: "get what the engine needs and print shell exports with which plain pulumi works on this project",
    },
  ],
  examples: ["driftless doctor", 'eval "$(driftless doctor --shell)" && pulumi preview -s dev'],
  document: "Doctor",
  needsProject: false,
  input: z.object({ shell: z.boolean().default(false) }),
  run: ({ shell }, session) => (shell ? forShell(session) : inspect(session)),
});

async function inspect(session: Session): Promise<Report> {
  session.progress.detail("looking at the toolchain");
  const { entries, healthy } = await inspectToolchain(toolContext(session));
  return {
    document: { kind: "Doctor", healthy, entries },
    lines: columns(entries.map(row)),
    exitCode: healthy ? exitCodes.success : exitCodes.terminal,
  };
}

async function forShell(session: Session): Promise<Report> {
  const variables = await shellVariables(session);
  return { document: { kind: "Doctor", variables }, lines: [], raw: exportLines(variables) };
}

const tones = { ok: "good", warning: "update", absent: "faint", missing: "bad" } as const;

function row({ name, title, status, version, origin, path, note }: DoctorEntry): Line[] {
  const from = [origin, path].filter((part) => part !== undefined).join(" ");
  return [
    [span(tones[status], status)],
    [span("strong", name)],
    [version ?? ""],
    [from === "" ? title : from, span("faint", note === undefined ? "" : `  ${note}`)],
  ];
}
