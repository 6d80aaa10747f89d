import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { withEntry, withLift } from "../../../../core/blocked/edit.ts";
import { readBlockList } from "../../../../core/blocked/list.ts";
import { DriftlessError } from "../../../../core/errors/error.ts";

const decision = { reason: 'It "fails": badly # really', by: "Ada", at: "2026-11-22T10:00:00.000Z" };
const [a, b] = ["a".repeat(40), "b".repeat(40)];

describe("The block list", () => {
  let project: string;

  before(async () => {
    project = await mkdtemp(join(tmpdir(), "driftless-blocked-"));
    await mkdir(join(project, "environments"));
  });
  after(() => rm(project, { recursive: true }));

  async function read(text: string) {
    await writeFile(join(project, "environments", "_blocked.yaml"), text);
    return readBlockList(project);
  }
  const codes = async (text: string): Promise<readonly string[]> =>
    read(text).then(
      () => [],
      (error: unknown) => (error instanceof DriftlessError ? error.findings.map(({ code }) => code) : ["none"]),
    );

  it("is empty where there is no file", async () => assert.deepEqual(await readBlockList(project), []));

  it("takes entries, the first one too, and keeps what is written around them", async () => {
    const contents = { dev: { web: `sha256:${"0".repeat(64)}` } };
    const first = withEntry(undefined, { revision: a, environments: ["dev"], contents, ...decision });
    const text = withEntry(first.replace("blocked:\n", "blocked: # see the runbook\n"), {
      image: "web:1",
      ...decision,
    });
    assert.match(text, /^blocked: # see the runbook$/m);
    const list = await read(text);
    assert.deepEqual(
      list.map(({ entry }) => entry),
      [
        { revision: a, environments: ["dev"], contents, ...decision },
        { image: "web:1", ...decision },
      ],
    );
    assert.equal(list[0]?.place.line, 5);
  });

  it("keeps who let something back and why, and removes nothing", async () => {
    const text = withEntry(withEntry(undefined, { revision: a, ...decision }), { revision: b, ...decision });
    const noted = { environment: "dev", reason: "mended", by: "Grace", at: decision.at };
    const lift = { ...noted, what: b };
    const after = await read(withLift(text, await read(text), lift));
    assert.deepEqual(
      after.map(({ entry }) => entry.unblocked),
      [undefined, [noted]],
    );
    const twice = withLift(withLift(text, await read(text), lift), await read(text), {
      ...lift,
      environment: "staging",
    });
    assert.equal((await read(twice))[1]?.entry.unblocked?.length, 2);
  });

  it("lets back only what is kept out there", async () => {
    const text = withEntry(undefined, { revision: a, environments: ["production"], ...decision });
    const list = await read(text);
    for (const lift of [
      { environment: "dev", what: a },
      { environment: "production", what: b },
    ]) {
      assert.throws(() => withLift(text, list, { ...lift, ...decision }), /BLOCK_NOT_FOUND/);
    }
    assert.throws(() => withLift(undefined, [], { environment: "dev", what: a, ...decision }), /Nothing is\./);
  });

  it("that cannot be read lets nothing in", async () => {
    const head = "apiVersion: driftless.dev/v1alpha1\nkind: BlockList\n";
    const cases: readonly (readonly [string, readonly string[]])[] = [
      ["", ["CONFIG_INVALID"]],
      ["blocked: [", ["YAML_SYNTAX"]],
      [`${head}blocked: []\nmore: 1\n`, ["CONFIG_INVALID"]],
      [`${head}blocked: [{ revision: main, reason: x, by: y, at: "2026-11-22T10:00:00Z" }]\n`, ["REVISION_INVALID"]],
      [head, ["CONFIG_INVALID"]],
    ];
    for (const [text, expected] of cases) assert.deepEqual((await codes(text)).slice(0, 1), expected.slice(0, 1), text);
  });
});
