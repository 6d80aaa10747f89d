import { z } from "zod";
import { blockedRevision } from "../../core/blocked/judge.ts";
import { readBlockList } from "../../core/blocked/list.ts";
import { listEnvironments, loadEnvironment } from "../../core/environment/load.ts";
import { enumerate } from "../../core/environment/text.ts";
import { DriftlessError, failure } from "../../core/errors/error.ts";
import { checkImagePolicies } from "../../core/images/check.ts";
import { hasErrors, type Finding } from "../../core/errors/finding.ts";
import { throwErrors } from "../../core/errors/error.ts";
import { defineCommand, type Report } from "../command.ts";
import { exitCodes } from "../exit-code.ts";
import { columns } from "../output/columns.ts";
import { span, type Line } from "../output/line.ts";
import { isValid, validationAnalyses, validationDocument, validationLines } from "../output/validation.ts";
import type { Session } from "../session.ts";
import { validateEnvironment, type CheckedEnvironment, type FailedEnvironment } from "../validate/environment.ts";
import { logs } from "./parameters.ts";

/** Checks environment documents. */
export const validate = defineCommand({
  summary: "Check environments without a cluster: their documents, or everything.",
  description:
    "Without --all nothing but the documents and the block list is read. With it, all that can be told without a cluster is: every application is " +
    "rendered at the pin, every object checked against the schemas of its cluster's Kubernetes (clusters.<name>.kubernetes.version) and of the " +
    "CustomResourceDefinitions in the source, and the policy packs are asked. Exit code 1 if anything is wrong.",
  arguments: [{ syntax: "[env...]", description: "names of environments (default: all of the project)" }],
  options: [{ syntax: "--all", description: "check what the documents lead to as well" }, ...logs],
  examples: [
    "driftless validate",
    "driftless validate staging production",
    "driftless validate --all --sarif > validation.sarif",
  ],
  document: "Validation",
  input: z.object({
    env: z.array(z.string()).default([]),
    all: z.boolean().optional(),
    sarif: z.boolean().optional(),
    junit: z.boolean().optional(),
  }),
  run: async ({ env, all = false, sarif = false, junit = false }, session) => {
    const { project } = session;
    const names = env.length > 0 ? env : await listEnvironments(project);
    if (names.length === 0) {
      throw failure("ENVIRONMENT_NOT_FOUND", "The project has no environment.", "Write environments/<name>.yaml.");
    }
    if (all) return await checkAll(names, session);
    if (sarif || junit) throw failure("USAGE", "--sarif and --junit are for --all.", "Add --all.");
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

/** One after the other: each starts its policy packs. */
async function checkAll(names: readonly string[], session: Session): Promise<Report> {
  const results: (CheckedEnvironment | FailedEnvironment)[] = [];
  for (const name of names) results.push(await validateEnvironment(session, name));
  return {
    document: validationDocument(results),
    lines: validationLines(results),
    analyses: validationAnalyses(results),
    exitCode: results.every(isValid) ? exitCodes.success : exitCodes.terminal,
  };
}

interface Result {
  readonly name: string;
  readonly file: string;
  /** Application sets that are made of folders of the source, which is not read here. */
  readonly waiting: readonly string[];
  readonly findings: readonly Finding[];
}

async function check(project: string, name: string): Promise<Result> {
  try {
    const loaded = await loadEnvironment(project, name);
    const { file, waiting, spec, locate } = loaded;
    const blocked = blockedRevision(await readBlockList(project), name, spec.source.revision);
    const place = locate(["source", "revision"]);
    const findings = [...blocked.map((finding) => ({ ...finding, place })), ...(await checkImagePolicies(loaded))];
    return { name, file, waiting, findings };
  } catch (error) {
    if (error instanceof DriftlessError && hasErrors(error.findings))
      return { name, file: "", waiting: [], findings: error.findings };
    throw error;
  }
}
