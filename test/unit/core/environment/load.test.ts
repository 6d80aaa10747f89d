import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, it } from "mocha";
import { listEnvironments, loadEnvironment } from "../../../../core/environment/load.ts";
import { DriftlessError } from "../../../../core/errors/error.ts";
import { baseHead, brief, findingsOf, head, lines } from "./documents.ts";

describe("loading an environment", () => {
  let project: string;
  beforeEach(async () => {
    project = await mkdtemp(join(tmpdir(), "driftless-test-"));
    await mkdir(join(project, "environments"));
  });
  afterEach(() => rm(project, { recursive: true, force: true }));

  const write = (file: string, text: string | Uint8Array) => writeFile(join(project, "environments", file), text);
  const refusal = async (name: string): Promise<DriftlessError> => {
    try {
      await loadEnvironment(project, name);
    } catch (error) {
      if (error instanceof DriftlessError) return error;
      throw error;
    }
    throw new Error(`${name} was accepted`);
  };

  it("reads the document and its base", async () => {
    await write("dev.yaml", head);
    await write("_base.yaml", `${baseHead}source: { branch: stable }\n`);
    const { spec, file } = await loadEnvironment(project, "dev");
    assert.deepEqual([file, spec.name, spec.source.branch], ["environments/dev.yaml", "dev", "stable"]);
  });

  it("lists documents, sorted, without shared ones", async () => {
    for (const file of ["staging.yaml", "dev.yaml", "_base.yaml", ".hidden.yaml", "dev.schema.json", "old.yml"]) {
      await write(file, "");
    }
    assert.deepEqual(await listEnvironments(project), ["dev", "staging"]);
    assert.deepEqual(await listEnvironments(join(project, "nowhere")), []);
  });

  it("says which environments there are, and which may be meant", async () => {
    await write("production.yaml", head);
    await write("dev.yaml", head);
    const { code, message } = await refusal("prodution");
    assert.equal(code, "ENVIRONMENT_NOT_FOUND");
    assert.match(message, /Did you mean "production"\? It has "dev" and "production"/);
    await write("old.yml", head);
    assert.match((await refusal("old")).message, /Rename environments\/old.yml to old.yaml/);
  });

  it("says what to do where there is no environment", async () => {
    await rm(join(project, "environments"), { recursive: true });
    assert.match((await refusal("dev")).message, /no environment yet. To add one, write environments\/dev.yaml/);
  });

  for (const name of ["../../x", "", "a/b", "_base", "Dev", "__proto__", "a".repeat(300), "dev\0"]) {
    it(`refuses the name ${JSON.stringify(name.slice(0, 12))} before it reads anything`, async () => {
      assert.equal((await refusal(name)).code, "NAME_INVALID");
    });
  }

  const contents: readonly [what: string, text: string | Uint8Array, code: string, message: RegExp][] = [
    ["UTF-16, little endian", Buffer.from(`\uFEFF${head}`, "utf16le"), "YAML_SYNTAX", /is UTF-16/],
    ["UTF-16, big endian", Buffer.from(`\uFEFF${head}`, "utf16le").swap16(), "YAML_SYNTAX", /is UTF-16/],
    ["UTF-16 without a mark", Buffer.from(head, "utf16le"), "YAML_SYNTAX", /NUL byte/],
    ["Latin-1", Buffer.from("# Gr\u00fc\u00dfe\n", "latin1"), "YAML_SYNTAX", /not valid UTF-8/],
    ["more than a mebibyte", `${head}#${"x".repeat(1024 * 1024)}`, "YAML_LIMIT", /a document may have 1048576/],
    ["nothing", "", "CONFIG_INVALID", /empty/],
  ];
  for (const [what, text, code, message] of contents) {
    it(`refuses a document of ${what}`, async () => {
      await write("dev.yaml", text);
      const error = await refusal("dev");
      assert.equal(error.code, code);
      assert.match(error.message, message);
      assert.equal(error.findings[0].place?.file, "environments/dev.yaml");
    });
  }

  it("reads UTF-8 with a byte order mark", async () => {
    await write("dev.yaml", `\uFEFF${head}`);
    assert.equal((await loadEnvironment(project, "dev")).spec.name, "dev");
  });

  it("refuses a folder in place of a document, without the path of the machine", async () => {
    await mkdir(join(project, "environments", "dev.yaml"));
    const { code, message } = await refusal("dev");
    assert.equal(code, "CONFIG_INVALID");
    assert.ok(!message.includes(project), message);
  });

  it("reports everything at once, by position, each with a fix", () => {
    const text = lines(
      "apiVersion: driftless.dev/v1",
      "kind: Environment",
      "metadata: { name: staging }",
      "source:",
      "  repo: https://git.example.com/x.git",
      "  revision: main",
      "  banch: x",
      "clusters:",
      "  eu: { kubconfig: {} }",
      "tenants:",
      "  Shop: { namespaces: [kube-system] }",
      "  pay: { namespaces: [pay], quota: { pods: 5 } }",
      "applications:",
      "  a: { tenant: pya, path: ../x, dependsOn: [b] }",
      "  b: { tenant: pay, path: x, dependsOn: [a], clusters: [us], namespace: shop }",
    );
    const base = `${baseHead}polcy: {}\n`;
    const findings = findingsOf(text, base);
    assert.deepEqual(brief(findings), [
      "dev.yaml:1:13 (apiVersion) CONFIG_INVALID",
      "dev.yaml:3:19 (metadata.name) CONFIG_INVALID",
      "dev.yaml:6:13 (source.revision) REVISION_INVALID",
      "dev.yaml:7:3 (source.banch) CONFIG_INVALID",
      "dev.yaml:9:3 (clusters.eu) CONFIG_INVALID",
      "dev.yaml:11:3 (tenants.Shop) NAME_INVALID",
      "dev.yaml:11:24 (tenants.Shop.namespaces[0]) CONFIG_INVALID",
      "dev.yaml:12:44 (tenants.pay.quota.pods) CONFIG_INVALID",
      "dev.yaml:14:16 (applications.a.tenant) CONFIG_INVALID",
      "dev.yaml:14:27 (applications.a.path) PATH_ESCAPE",
      "dev.yaml:14:45 (applications.a.dependsOn[0]) DEPENDENCY_CYCLE",
      "dev.yaml:15:57 (applications.b.clusters[0]) CONFIG_INVALID",
      "dev.yaml:15:73 (applications.b.namespace) CONFIG_INVALID",
      "_base.yaml:3:1 (polcy) CONFIG_INVALID",
    ]);
    assert.ok(
      findings.every(({ message, fix }) => message.endsWith(".") && /[.?]$/.test(fix)),
      JSON.stringify(findings),
    );
  });

  it("answers any damage to a document with findings inside it, never with a crash", async () => {
    const root = join(import.meta.dirname, "../../../..");
    const whole = (await readFile(join(root, "environments/production.yaml"), "utf8")).replace(
      "name: production",
      "name: dev",
    );
    const base = await readFile(join(root, "environments/_base.yaml"), "utf8");
    assert.deepEqual(findingsOf(whole, base), []);
    const pieces = [
      "null",
      "[]",
      "{}",
      "*x",
      "&x ",
      "<<: ",
      "\n",
      "  ",
      "- ",
      ": ",
      '"',
      "{",
      "1",
      "true",
      "__proto__: ",
      "..",
      "'",
      "#",
    ];
    const damage = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      removes: fc.nat(40),
      puts: fc.constantFrom(...pieces),
    });
    const rows = whole.split("\n").length + 1;
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 4 }), (damages) => {
        const text = damages.reduce((before, { at, removes, puts }) => {
          const start = Math.floor(at * before.length);
          return before.slice(0, start) + puts + before.slice(start + removes);
        }, whole);
        for (const { code, message, fix, place } of findingsOf(text, base)) {
          assert.notEqual(code, "INTERNAL");
          assert.ok(message !== "" && fix !== "");
          assert.ok(place?.line !== undefined && place.line >= 1 && place.line <= rows + 8, JSON.stringify(place));
          assert.ok(place.column !== undefined && place.column >= 1);
        }
      }),
      { numRuns: 100 },
    );
  });
});
