import { z } from "zod";
import { listEnvironments, loadEnvironment } from "../../core/environment/load.ts";
import { enumerate } from "../../core/environment/text.ts";
import { DriftlessError, failure } from "../../core/errors/error.ts";
import { hasErrors, type Finding } from "../../core/errors/finding.ts";
import { throwErrors } from "../../core/errors/error.ts";
import { defineCommand } from "../command.ts";
import { columns } from "../output/columns.ts";
import { span, type Line } from "../output/line.ts";

/** Checks environment documents. */
export const validate = defineCommand({
  summary: "Check environment documents; nothing outside them is read.",
  arguments: [{ syntax: "[env...]", description: "names of environments (default: all of the project)" }],
  options: [],
  examples: ["driftless validate", "driftless validate staging production"],
  document: "Validation",
  input: z.object({ env: z.array(z.string()).default([]) }),
  run: async ({ env }, { project }) => {
    const names = env.length > 0 ? env : await listEnvironments(project);
    if (names.length === 0) {
      throw failure("ENVIRONMENT_NOT_FOUND", "The project has no environment.", "Write environments/<name>.yaml.");
    }
    const results = await Promise.all(names.map((name) => check(project, name)));
    // Documents share a base: what is wrong there is said once.
    const findings = results.flatMap((result) => result.findings);
    throwErrors([...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()]);
    return {
      document: {
        kind: "Validation",
        environments: results.map(({ name, file, waiting }) => ({ name, file, valid: true, waiting })),
      },
      lines: columns(
        results.map(({ name, file, waiting }): Line[] => {
          const note = waiting.length === 0 ? "" : `  (folders of ${enumerate(waiting, "and")} are read by plan)`;
          return [[span("good", "valid")], [name], [span("faint", `${file}${note}`)]];
        }),
      ),
    };
  },
});

interface Result {
  readonly name: string;
  readonly file: string;
  /** Application sets that are made of folders of the source, which is not read here. */
  readonly waiting: readonly string[];
  readonly findings: readonly Finding[];
}

async function check(project: string, name: string): Promise<Result> {
  try {
    const { file, waiting } = await loadEnvironment(project, name);
    return { name, file, waiting, findings: [] };
  } catch (error) {
    if (error instanceof DriftlessError && hasErrors(error.findings))
      return { name, file: "", waiting: [], findings: error.findings };
    throw error;
  }
}
