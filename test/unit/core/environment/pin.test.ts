import assert from "node:assert/strict";
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, it } from "mocha";
import { setRevision as rewrite, writeRevision } from "../../../../core/environment/pin.ts";
import { nodeAt } from "../../../../core/environment/node.ts";
import { readYaml } from "../../../../core/environment/yaml.ts";
import { baseHead, head, revision } from "./documents.ts";

const setRevision = (text: string, id: string): string => rewrite(text, id, "environments/dev.yaml").text;
const next = "fedcba9876543210fedcba9876543210fedcba98";

/** A revision as somebody may have written it before: an id, a branch, digits alone, or nothing in quotes. */
const written = fc.oneof(
  fc.stringMatching(/^[0-9a-f]{40}$/).map((id) => [id]),
  fc.constantFrom(["main"], ["0000000000000000000000000000000000000001"], ["release/1.0"]),
  fc.constantFrom(["", '"'], ["", "'"], ["v1 x", "'"], ["main", '"']),
);
const comment = fc.stringMatching(/^[ -~äöü]{0,30}$/).map((text) => ` # ${text}`);
const other = fc
  .tuple(fc.stringMatching(/^[a-z]{1,8}[0-9]{3}$/), fc.string())
  .map(([key, value]) => `${key}: ${JSON.stringify(value).replace(/[\u007f-\u00a0\u2028\u2029\ud800-\udfff]/g, "")}`);

/** Everything before the revision, the revision as it was, and everything behind it. */
const document = fc
  .record({
    mark: fc.constantFrom("", "\uFEFF"),
    eol: fc.constantFrom("\n", "\r\n"),
    before: fc.array(fc.oneof(other, comment), { maxLength: 4 }),
    inSource: fc.array(fc.oneof(other, comment), { maxLength: 3 }),
    old: written,
    gap: fc.constantFrom(" ", "   "),
    behind: fc.oneof(comment, fc.constantFrom("", "  ")),
    after: fc.array(fc.oneof(other, comment), { maxLength: 4 }),
    last: fc.constantFrom("", "\n", "\r\n", "\n\n# end\n"),
    flow: fc.boolean(),
  })
  .map(({ mark, eol, before, inSource, old: [text = "", quote = ""], gap, behind, after, last, flow }) => {
    const unique = (texts: readonly string[], prefix: string) =>
      texts.map((line, index) => (line.startsWith(" #") ? line : `${prefix}${index}${line}`));
    const top = [
      ...unique(before, "b"),
      ...(flow ? [] : ["source:", ...unique(inSource, "s").map((line) => `  ${line}`)]),
    ];
    const open = flow ? "source: { x: 1, revision:" : "  revision:";
    const start = `${mark}${top.map((line) => line + eol).join("")}${open}${gap}${quote}`;
    const rest = unique(after, "a").map((line) => eol + line);
    return { start, old: text, end: `${quote}${flow ? ", y: 2 }" : ""}${behind}${rest.join("")}${last}` };
  });

describe("setting the revision of a document", () => {
  it("changes that scalar and no other byte, whatever the document looks like", () => {
    fc.assert(
      fc.property(document, ({ start, old, end }) => {
        const result = setRevision(start + old + end, next);
        assert.equal(result, start + next + end);
        const { root } = readYaml(result, "x");
        assert.deepEqual(root && nodeAt(root, ["source", "revision"]), {
          kind: "scalar",
          value: next,
          written: true,
          at: root && nodeAt(root, ["source", "revision"])?.at,
        });
      }),
      { numRuns: 500 },
    );
  });

  it("sets any commit id, one of digits alone too, and sets it back", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[0-9a-f]{40}$/),
        fc.constantFrom("1".repeat(40), `1e${"0".repeat(38)}`),
        (one, two) => {
          for (const id of [one, two]) {
            assert.equal(setRevision(setRevision(head, id), revision), head);
            assert.ok(setRevision(head, id).includes(id));
          }
        },
      ),
    );
  });

  const added: readonly [what: string, before: string, behind: string, inserted: string][] = [
    ["behind a key without a value", "source:\n  revision:", "   # none yet\n  repo: x\n", ` ${next}`],
    ["behind a last key without a value", "source:\n  repo: x\n  revision:", "", ` ${next}`],
    ["in place of nothing in quotes", 'source:\n  revision: "', '" # x\n', next],
    ["in one line", "source: { repo: x, local: true", " } # x\n", `, revision: ${next}`],
    ["behind the repository", "a: 1\nsource:\n    repo: x # here", "\n    path: y\n", `\n    revision: ${next}`],
    ["behind the branch", "source:\n  path: y\n  branch: x", "\n\n# Clusters\nb: 1\n", `\n  revision: ${next}`],
    ["behind the first key", "source:\n  path: y", "\n  images: z\n", `\n  revision: ${next}`],
    ["with the line ends of the file", "\uFEFFsource:\r\n  repo: 'x'", "\r\nb: 1\r\n", `\r\n  revision: ${next}`],
    ["at the end of a file without a last line end", "source:\n  repo: x", "", `\n  revision: ${next}`],
  ];
  for (const [where, before, behind, inserted] of added) {
    it(`adds one that is missing ${where}`, () => {
      assert.equal(setRevision(before + behind, next), before + inserted + behind);
    });
  }

  const refused: readonly [what: string, text: string, code: string][] = [
    ["no source", head.replace(/source:\n.*\n.*\n/, ""), "CONFIG_INVALID"],
    ["an empty source", head.replace(/source:\n.*\n.*\n/, "source: {}\n"), "CONFIG_INVALID"],
    ["a source that is an alias", "a: &x { repo: y }\nsource: *x\n", "CONFIG_INVALID"],
    [
      "a revision that something else repeats",
      head.replace(revision, `&x ${revision}`).replace("local: { name: dev }", "local: { name: *x }"),
      "CONFIG_INVALID",
    ],
    ["an explicit key only", "source:\n  ? repo\n  : x\n", "CONFIG_INVALID"],
    [
      "a revision that is an alias",
      head.replace("name: dev }", `name: &x ${revision} }`).replace(`revision: ${revision}`, "revision: *x"),
      "CONFIG_INVALID",
    ],
    ["a revision in a block", head.replace(revision, `|-\n    ${revision}`), "CONFIG_INVALID"],
    ["a revision that is a list", head.replace(revision, "[x]"), "CONFIG_INVALID"],
    ["two revisions", head.replace("clusters:", `  revision: ${revision}\nclusters:`), "YAML_DUPLICATE_KEY"],
    ["a syntax error", "a: b: c\n", "YAML_SYNTAX"],
  ];
  for (const [what, text, code] of refused) {
    it(`refuses a document with ${what}`, () => {
      assert.throws(() => setRevision(text, next), { code });
    });
  }

  for (const id of ["main", "", next.slice(1), `${next}0`, next.toUpperCase(), `${next}\n`]) {
    it(`refuses to set ${JSON.stringify(id)}`, () => {
      assert.throws(() => setRevision(head, id), { code: "REVISION_INVALID" });
    });
  }
});

describe("writing the revision of an environment", () => {
  let project: string;
  let file: string;
  beforeEach(async () => {
    project = await mkdtemp(join(tmpdir(), "driftless-test-"));
    await mkdir(join(project, "environments"));
    file = join(project, "environments", "dev.yaml");
  });
  afterEach(() => rm(project, { recursive: true, force: true }));

  it("rewrites the file, keeps its mode and leaves nothing else behind", async () => {
    await writeFile(file, `\uFEFF${head.replaceAll("\n", "\r\n")}# end`);
    await chmod(file, 0o664);
    const pinned = await writeRevision(project, "dev", next);
    assert.deepEqual(pinned, { before: revision, after: next, file: "environments/dev.yaml" });
    const text = `\uFEFF${head.replace(revision, next).replaceAll("\n", "\r\n")}# end`;
    assert.equal(await readFile(file, "utf8"), text);
    assert.equal((await stat(file)).mode & 0o777, 0o664);
    assert.deepEqual(await readdir(join(project, "environments")), ["dev.yaml"]);
  });

  it("writes through a symbolic link", async () => {
    const target = join(project, "real.yaml");
    await writeFile(target, head);
    await symlink(target, file);
    await writeRevision(project, "dev", next);
    assert.ok((await lstat(file)).isSymbolicLink());
    assert.equal(await readFile(target, "utf8"), head.replace(revision, next));
  });

  it("does not touch a file that is pinned there already", async () => {
    await writeFile(file, head);
    const { ino } = await stat(file);
    assert.equal((await writeRevision(project, "dev", revision)).before, revision);
    assert.equal((await stat(file)).ino, ino);
  });

  it("gives the environment a pin of its own where the base holds one, and leaves the base alone", async () => {
    const own = head.replace(/ {2}revision:.*\n/, "");
    const base = `${baseHead}source: { revision: ${revision} }\n`;
    await writeFile(file, own);
    await writeFile(join(project, "environments", "_base.yaml"), base);
    assert.equal((await writeRevision(project, "dev", next)).before, "");
    assert.equal(await readFile(file, "utf8"), head.replace(revision, next));
    assert.equal(await readFile(join(project, "environments", "_base.yaml"), "utf8"), base);
  });

  it("says what to write where only the base has a source, and touches neither", async () => {
    const own = head.replace(/source:\n.*\n.*\n/, "");
    await writeFile(file, own);
    await assert.rejects(writeRevision(project, "dev", next), (error: Error & { code?: string }) => {
      assert.equal(error.code, "CONFIG_INVALID");
      assert.match(error.message, /`source: \{ revision: "" \}` in environments\/dev.yaml \(not only in _base.yaml\)/);
      return true;
    });
    assert.equal(await readFile(file, "utf8"), own);
  });

  it("refuses an environment that does not exist, and a name that is a path", async () => {
    await assert.rejects(writeRevision(project, "dev", next), { code: "ENVIRONMENT_NOT_FOUND" });
    await assert.rejects(writeRevision(project, "../dev", next), { code: "NAME_INVALID" });
  });
});
