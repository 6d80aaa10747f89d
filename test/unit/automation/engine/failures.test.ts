import assert from "node:assert/strict";
import type { DiagnosticEvent } from "@pulumi/pulumi/automation/index.js";
import { describe, it } from "mocha";
import { EngineExit } from "../../../../automation/engine/command.ts";
import { RunEvents } from "../../../../automation/engine/events.ts";
import { endedInOrder, parseFindings, runFailure } from "../../../../automation/engine/failures.ts";
import { DriftlessError, failure } from "../../../../core/errors/error.ts";
import { formatFinding, type Finding } from "../../../../core/errors/finding.ts";

const folders = [["/srv/project", ""]] as const;

function failWith(messages: readonly string[], stderr = "", aborted = false): DriftlessError {
  const events = new RunEvents(folders);
  messages.forEach((message, sequence) => {
    const diagnosticEvent: DiagnosticEvent = { message, color: "never", severity: "error" };
    events.add({ sequence, timestamp: 0, diagnosticEvent });
  });
  const error = runFailure({ error: new EngineExit(1, "", stderr), events, folders, aborted });
  assert.ok(error instanceof DriftlessError);
  return error;
}

describe("a run that failed", () => {
  it("fails with the findings that our own program reported", () => {
    const findings: readonly Finding[] = [
      {
        code: "CONFIG_INVALID",
        severity: "error",
        message: "It is wrong: very.",
        fix: "Mend it.",
        place: { file: "a.yaml", line: 3, column: 4, field: "x.y" },
      },
      { code: "YAML_SYNTAX", severity: "error", message: "Bad.", fix: "Fix.", place: { file: "dir/b.yaml" } },
      { code: "GIT_UNREACHABLE", severity: "error", message: "Gone.", fix: "Wait." },
    ];
    assert.deepEqual(failWith([findings.map(formatFinding).join("\n")]).findings, findings);
  });

  it("is not misled by words in capitals", () => {
    assert.deepEqual(parseFindings("NOT_A_CODE It is.\n  fix: No.\nREADME nothing\n"), []);
    assert.deepEqual(parseFindings("CONFIG_INVALID It is."), []);
  });

  for (const [code, stderr] of [
    ["LOCKED", "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end"],
    ["PASSPHRASE_WRONG", "error: getting secrets manager: incorrect passphrase"],
    ["STATE_CORRUPT", "error: failed to load checkpoint: EOF"],
    [
      "POLICY_UNAVAILABLE",
      'error: policy pack "broken" failed to start: could not read plugin [broken]: exit status 32',
    ],
    ["CLUSTER_UNREACHABLE", "error: Preview failed: failed to read resource state due to unreachable cluster."],
  ] as const) {
    it(`fails with ${code} where the engine says so`, () => assert.equal(failWith([], stderr).code, code));
  }

  it("names the holder of a lock that was taken meanwhile", () => {
    const lock = "  file:///srv/x.json: created by ada@build-1 (pid 12) at 2026-05-01T10:00:00Z";
    const { message } = failWith([], `error: the stack is currently locked by 1 lock(s). Either wait\n${lock}`);
    assert.ok(message.includes("(ada@build-1 (pid 12) at 2026-05-01T10:00:00Z)"), message);
  });

  for (const [what, lines, reason] of [
    [
      "a module that is missing",
      [
        "Error: Cannot find module '/srv/project/stacks/nope.ts' imported from /srv/project/stacks/index.ts",
        "    at finalizeResolution (node:internal/modules/esm/resolve:272:11)",
        "    at ModuleJob.link (node:internal/modules/esm/module_job:381:17) {",
        "  code: 'ERR_MODULE_NOT_FOUND',",
        "  url: 'file:///srv/project/stacks/nope.ts'",
        "}",
      ],
      "Error: Cannot find module 'stacks/nope.ts' imported from stacks/index.ts",
    ],
    [
      "code that does not compile",
      ["file:///srv/project/stacks/index.ts:1", "const x = ;", "          ^", "", "SyntaxError: Expression expected"],
      "SyntaxError: Expression expected",
    ],
    [
      "a mistake in the program",
      ["TypeError: x is undefined", "    at \u001b[90mfile:///srv/project/\u001b[39mindex.ts:1:59"],
      "TypeError: x is undefined",
    ],
  ] as const) {
    it(`is a defect where our own program ends with ${what}, and shows no stack`, () => {
      const header = "Running program '/srv/project/stacks/index.ts' failed with an unhandled exception:";
      const { code, findings } = failWith([[header, ...lines].join("\n")]);
      assert.equal(code, "INTERNAL");
      assert.equal(findings[0].message, `The program stopped with an error that it did not expect: ${reason}.`);
    });
  }

  it("else fails with what the engine says on one line, without paths", () => {
    const { code, findings } = failWith(
      [],
      "warning: x\nerror: could not start /srv/project/stacks/index.ts: EACCES /home/ada/x/y\n",
    );
    assert.equal(code, "ENGINE_FAILED");
    assert.equal(findings[0].message, "The engine failed: could not start stacks/index.ts: EACCES …/y");
  });

  it("is interrupted if somebody asked for it, whatever the engine says", () => {
    assert.equal(failWith(["error"], "", true).code, "INTERRUPTED");
  });

  it("ended in order unless the engine was killed", () => {
    const killed = failure("UPDATE_FAILED", "m", "f", { cause: new EngineExit(undefined, "", "") });
    assert.equal(endedInOrder(killed), false);
    assert.equal(endedInOrder(failWith([])), true);
    assert.equal(endedInOrder(failure("POLICY_VIOLATION", "m", "f")), true);
  });
});
