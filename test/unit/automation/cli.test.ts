import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { run } from "../../../automation/cli.ts";
import { commands } from "../../../automation/commands.ts";
import type { Io } from "../../../automation/io.ts";

describe("The command line", () => {
  let project: string;
  before(async () => {
    project = await mkdtemp(join(tmpdir(), "driftless-cli-"));
    await writeFile(join(project, "Pulumi.yaml"), "name: driftless\n");
  });
  after(() => rm(project, { recursive: true }));

  async function driftless(args: readonly string[], changes: Partial<Io> = {}) {
    const output = { stdout: "", stderr: "" };
    const exitCode = await run(args, {
      stdout: (text) => void (output.stdout += text),
      stderr: (text) => void (output.stderr += text),
      isTerminal: false,
      progressInPlace: false,
      env: {},
      cwd: project,
      cache: join(project, "cache"),
      signal: new AbortController().signal,
      now: () => new Date(0),
      ...changes,
    });
    return { exitCode, ...output };
  }

  const mistakes: readonly (readonly [readonly string[], RegExp, RegExp])[] = [
    [[], /No command was given/, /driftless --help/],
    [["plna", "dev"], /Unknown command 'plna'/, /Did you mean plan\?/],
    [["plan"], /Missing required argument 'env'/, /--help/],
    [["plan", "dev", "extra"], /Too many arguments for 'plan'/, /--help/],
    [["plan", "dev", "--revison", "x"], /Unknown option '--revison'/, /--revision/],
    [["diff", "dev"], /--from is missing/, /--help/],
    [["pin", "dev", "--to", "a", "--branch", "b"], /either --to or --branch/, /--help/],
    [["cluster", "start"], /'start'.*up, down, status/, /--help/],
    [["cluster", "up", "--delete"], /--delete goes with down only/, /--help/],
    [["up", "dev"], /nobody to ask/, /--yes/],
    [["destroy", "dev"], /nobody to ask/, /--yes/],
    [["-C", "nowhere", "plan", "dev"], /holds no Pulumi.yaml/, /Name the folder/],
  ];
  for (const [args, message, fix] of mistakes) {
    it(`refuses "driftless ${args.join(" ")}" in two lines, and says what to do`, async () => {
      const { exitCode, stdout, stderr } = await driftless(args);
      const lines = stderr.trimEnd().split("\n");
      assert.equal(lines.length, 2, stderr);
      assert.match(lines[0] ?? "", /^USAGE /);
      assert.match(lines[0] ?? "", message);
      assert.match(lines[1] ?? "", fix);
      assert.deepEqual([exitCode, stdout], [1, ""]);
    });
  }

  it("prints errors as a document on stdout with --json, mistakes in arguments included", async () => {
    const { exitCode, stdout, stderr } = await driftless(["plan", "--json"]);
    assert.deepEqual(JSON.parse(stdout), {
      apiVersion: "driftless.dev/v1alpha1",
      kind: "Error",
      findings: [
        {
          code: "USAGE",
          severity: "error",
          message: "Missing required argument 'env'.",
          fix: "Run the command with --help to see what it takes.",
        },
      ],
    });
    assert.deepEqual([exitCode, stderr], [1, ""]);
  });

  it("prints a comment that says what failed with --markdown, besides the lines on stderr", async () => {
    const { exitCode, stdout, stderr } = await driftless(["preview", "dev", "--markdown"]);
    assert.match(
      stdout,
      /^<!-- driftless: preview dev -->\n### ❌ `driftless preview dev` failed\n\n- ❌ \*\*ENVIRONMENT_NOT_FOUND\*\*/,
    );
    assert.match(stderr, /^ENVIRONMENT_NOT_FOUND /);
    assert.equal(exitCode, 1);
  });

  it("says that there is no project, whatever the folder", async () => {
    const { stderr } = await driftless(["plan", "dev"], { cwd: tmpdir() });
    assert.match(stderr, /^USAGE No Pulumi\.yaml was found/);
  });

  it("says that it was interrupted, with the shell's exit code for that", async () => {
    const { exitCode, stderr } = await driftless(["plan", "dev"], { signal: AbortSignal.abort() });
    assert.match(stderr, /^INTERRUPTED /);
    assert.equal(exitCode, 130);
  });

  it("prints one line for an error that nobody expected, and its cause with --debug only", async () => {
    const broken: Partial<Io> = {
      stdout: () => {
        throw new TypeError("canary");
      },
    };
    const quiet = await driftless(["--version"], broken);
    assert.equal(quiet.exitCode, 1);
    assert.match(quiet.stderr, /^INTERNAL .*\(TypeError\)/);
    assert.doesNotMatch(quiet.stderr, /canary|\n {4}at /);
    const debug = await driftless(["--version", "--debug"], broken);
    assert.match(debug.stderr, /canary[\s\S]*\n {4}at /);
  });

  it("colours errors on a terminal only, and not with NO_COLOR or --no-color", async () => {
    const terminal = { isTerminal: true, progressInPlace: true };
    const coloured = async (args: readonly string[], changes: Partial<Io>) =>
      (await driftless(args, changes)).stderr.includes("\u001b[");
    assert.equal(await coloured(["plan", "dev"], terminal), true);
    assert.equal(await coloured(["plan", "dev"], {}), false);
    assert.equal(await coloured(["plan", "dev"], { ...terminal, env: { NO_COLOR: "1" } }), false);
    assert.equal(await coloured(["plan", "dev", "--no-color"], terminal), false);
  });

  it("prints its version", async () => {
    const { exitCode, stdout } = await driftless(["--version"]);
    assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
    assert.equal(exitCode, 0);
  });

  it("explains exit codes in its help", async () => {
    const { exitCode, stdout } = await driftless(["--help"]);
    for (const code of ["0 ", "1 ", "2 ", "3 ", "4 ", "130 "]) assert.match(stdout, new RegExp(`^ {2}${code}`, "m"));
    assert.equal(exitCode, 0);
  });

  for (const name of Object.keys(commands)) {
    it(`has help for ${name} with an example that begins with it`, async () => {
      const { exitCode, stdout, stderr } = await driftless([...name.split(" "), "--help"]);
      assert.match(stdout, new RegExp(`^Usage: driftless ${name}\\b`));
      assert.match(stdout, new RegExp(`Examples:\\n {2}driftless ${name}\\b`));
      assert.deepEqual([exitCode, stderr], [0, ""]);
    });
  }
});
