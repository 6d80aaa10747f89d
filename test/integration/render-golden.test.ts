import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { after, before, describe, it } from "mocha";
import { runProgram } from "../../core/exec/run.ts";
import { openSource } from "../../core/git/source.ts";
import { parseManifests } from "../../core/manifest/parse.ts";
import { renderApplication } from "../../core/render/render.ts";
import { GitRepo } from "../support/git-repo.ts";
import { repository } from "../support/pulumi-project.ts";
import { kubectlPath, renderTools } from "../support/tools.ts";

/** Scalars that YAML readers disagree about, and a few that they should not. */
const scalars = [
  ["0644", "-0644", "+0644", "0o644", "0O17", "0o8", "08", "09", "00", "007", "0777777", "0_7", "0o_17"],
  ["0x1F", "-0x1F", "+0x1F", "0X1f", "0x_1F", "0x", "0x1p3", "0b101", "0B11", "0b1_0", "0b102", "0b"],
  ["1_000", "1__0", "-1_000", "_1", "1_000.5", "1,000", "1_0e3", "4294967296", "9007199254740991", "-9007199254740991"],
  ["1e3", "1E3", "1e+3", "1.5e3", "12e03", "123e-2", "1e-7", "1e21", "1e400", "1e", "e3", "1e3.5", "6.02e23"],
  ["1.0", "1.", "0.", ".5", "+.5", "-.5", "0.1", "-0", "-0.0", "0644.5", "3.14159265358979323846", "16777217.0"],
  ["no", "No", "NO", "nO", "yes", "on", "off", "On", "y", "n", "Y", "N", "true", "True", "TRUE", "tRue", "false"],
  ["~", "null", "Null", "NULL", "nULL", "''", "", "inf", "NaN", "Infinity", "+", "=", "<<"],
  ["2024-01-02", "2024-01-02T03:04:05Z", "2001-12-14 21:59:43.10 -5", "1:30", "12:30:45"],
  [
    '"0644"',
    "'no'",
    '"1e3"',
    '"\\t\\u00e9"',
    "a b",
    "a#b",
    "a #b",
    "a: b".replace(": ", ":"),
    "|\n    0644",
    ">-\n    a\n    b",
  ],
  ["!!str 12", '!!int "12"', "!!float 1", "!!float 1.5", "!!null ''", "!!binary aGVsbG8=", "!foo bar", "!foo 12"],
  [
    "{yes: 1, 0644: 2, 1.5: 3, no: 4, 1e3: 5, 2024-01-01: 6}",
    "{<<: {a: 1}, b: 2}",
    '{"<<": 1}',
    "[1, ~, 'x']",
    "{a, b}",
  ],
].flat();

/** What Kustomize reads otherwise than kubectl. In kustomizations its reading stands. */
const kustomizeDiffers = ["no", "No", "NO", "yes", "on", "off", "On", "y", "n", "Y", "N", "2024-01-02"];
/** Maps whose keys or merges Kustomize treats in ways of its own, so that comparing them says nothing. */
const kustomizeCannot = ["{yes: 1", "{a, b}", '{"<<"', "<<"];

const document = (values: readonly string[]): string =>
  `apiVersion: example.com/v1\nkind: Example\nmetadata:\n  name: x\nspec:\n${values.map((value, index) => `  v${index}: ${value}\n`).join("")}`;

describe("the meaning of YAML scalars", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "driftless-golden-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  function parse(text: string): unknown {
    const { manifests, findings } = parseManifests(text, "x.yaml");
    assert.deepEqual(findings, []);
    return manifests[0]?.object["spec"];
  }

  async function kubectl(text: string): Promise<unknown> {
    const { stdout } = await runProgram({
      file: await kubectlPath(),
      args: ["patch", "--local", "--dry-run=client", "-o", "json", "-f", "-", "--type=merge", "-p", '{"seen":true}'],
      env: { HOME: folder },
      stdin: text,
      timeoutMs: 60_000,
      maxOutputBytes: 1 << 20,
    });
    const parsed = JSON.parse(stdout.toString("utf8")) as { spec: unknown };
    return parsed.spec;
  }

  it("is what kubectl reads", async function () {
    this.timeout(600_000);
    // Through JSON, because -0 is 0 there.
    const text = document(scalars);
    assert.deepEqual(parse(text), JSON.parse(JSON.stringify(await kubectl(text))));
  });

  it("is what Kustomize reads, but for the ones known to differ", async function () {
    this.timeout(600_000);
    const values = scalars.filter((value) => !kustomizeCannot.some((start) => value.startsWith(start)));
    await writeFile(join(folder, "kustomization.yaml"), "resources: [x.yaml]\n");
    await writeFile(join(folder, "x.yaml"), document(values));
    const { stdout } = await runProgram({
      file: (await renderTools()).kustomize.path,
      args: ["build", "."],
      cwd: folder,
      env: { HOME: folder },
      timeoutMs: 60_000,
      maxOutputBytes: 1 << 20,
    });
    const [ours, theirs] = [document(values), stdout.toString("utf8")].map(
      (text) => parse(text) as Record<string, unknown>,
    );
    const different = values.filter((_, index) => !isDeepStrictEqual(ours?.[`v${index}`], theirs?.[`v${index}`]));
    assert.deepEqual(different, kustomizeDiffers);
  });

  it("is refused where kubectl refuses it too", async function () {
    this.timeout(600_000);
    for (const value of [".inf", "-.inf", ".nan", "{~: 1}", "{[a]: 1}", "!!int 1.5"]) {
      await assert.rejects(kubectl(document([value])), value);
      assert.equal(parseManifests(document([value]), "x.yaml").findings.length, 1, value);
    }
  });
});

const realworld = process.env["DRIFTLESS_REALWORLD"] ?? join(repository, "..", "shared", "realworld");
const boutique = join(realworld, "online-boutique");

describe("Online Boutique", () => {
  let repo: GitRepo | undefined;
  before(function () {
    if (existsSync(boutique)) return;
    console.log(
      "    skipped: the folder realworld/online-boutique is not beside this repository (or set DRIFTLESS_REALWORLD)",
    );
    this.skip();
  });
  after(() => repo?.remove());

  it("renders to 35 objects, plain and with Kustomize, each with its file", async function () {
    this.timeout(600_000);
    const entries = await readdir(boutique, { recursive: true, withFileTypes: true });
    const files = await Promise.all(
      entries
        .filter((entry) => entry.isFile())
        .map(async ({ parentPath, name }) => {
          const path = join(parentPath, name);
          return [path.slice(boutique.length + 1), await readFile(path, "utf8")] as const;
        }),
    );
    repo = await GitRepo.create();
    const { tree } = await openSource(repo.source(await repo.commit(Object.fromEntries(files))), repo.context);
    const context = { tools: await renderTools(), cache: repo.context.cache };
    for (const [path, renderer] of [
      ["release", "manifests"],
      ["kustomize", "kustomize"],
    ] as const) {
      const request = {
        application: "boutique",
        path,
        namespace: "boutique",
        helm: { release: "boutique", values: [] },
        tree,
      };
      const result = await renderApplication(request, context);
      assert.equal(result.renderer, renderer);
      assert.equal(result.manifests.length, 35);
      for (const { object, origin } of result.manifests) {
        const text = new Map(files).get(origin.path)?.split("\n") ?? [];
        assert.match(
          text[(origin.line ?? 0) - 1] ?? "",
          /^(apiVersion|kind|metadata|spec):/,
          `${object.metadata.name} in ${origin.path}`,
        );
      }
    }
  });
});
