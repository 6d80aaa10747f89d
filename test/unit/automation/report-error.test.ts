import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { FailedCommand } from "../../../automation/failed-command.ts";
import { reportError, type ErrorForm } from "../../../automation/report-error.ts";
import { failure } from "../../../core/errors/error.ts";

const error = new FailedCommand(
  failure("LOCKED", "It is locked.", "Wait."),
  {
    document: { environment: "dev", applications: [] },
    lines: [["database  failed"]],
    markdown: (marker) => `<!-- ${marker} -->\n`,
  },
  1,
);

function print(form: Partial<ErrorForm>): {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
} {
  const output = { stdout: "", stderr: "" };
  const io = {
    stdout: (text: string) => void (output.stdout += text),
    stderr: (text: string) => void (output.stderr += text),
    ...{ isTerminal: false, progressInPlace: false, env: {}, cwd: "/", cache: "/cache", now: () => new Date(0) },
    signal: new AbortController().signal,
  };
  const exitCode = reportError(error, io, { json: false, debug: false, colours: false, resultColours: false, ...form });
  return { exitCode, ...output };
}

describe("A command that failed and has something to report", () => {
  it("prints the report as its result and the findings as errors, with its own exit code", () => {
    assert.deepEqual(print({}), {
      exitCode: 1,
      stdout: "database  failed\n",
      stderr: "LOCKED It is locked.\n  fix: Wait.\n",
    });
  });

  it("prints one document that is an error and holds the report", () => {
    const { stdout, stderr } = print({ json: true });
    assert.deepEqual(JSON.parse(stdout), {
      apiVersion: "driftless.dev/v1alpha1",
      kind: "Error",
      findings: [{ code: "LOCKED", severity: "error", message: "It is locked.", fix: "Wait." }],
      environment: "dev",
      applications: [],
    });
    assert.equal(stderr, "");
  });

  it("prints its own comment where one was asked for", () => {
    assert.equal(print({ marker: "up dev" }).stdout, "<!-- up dev -->\n");
  });
});
