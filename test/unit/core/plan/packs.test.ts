import assert from "node:assert/strict";
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { DriftlessError } from "../../../../core/errors/error.ts";
import { digestPacks } from "../../../../core/plan/packs.ts";

describe("digestPacks", () => {
  let project = "";
  const write = async (path: string, content: string): Promise<void> => {
    await mkdir(dirname(join(project, path)), { recursive: true });
    await writeFile(join(project, path), content);
  };
  const digest = async (pack = "policies"): Promise<string | undefined> => {
    const [first] = await digestPacks(project, [pack], { file: "environments/dev.yaml" });
    assert.equal(first?.path, pack);
    return first.digest;
  };
  const refused = async (pack: string, message: RegExp): Promise<void> => {
    await assert.rejects(digest(pack), (error: unknown) => {
      assert.ok(error instanceof DriftlessError);
      assert.equal(error.code, "POLICY_UNAVAILABLE");
      assert.match(error.message, message);
      assert.ok(!error.message.includes(project));
      return true;
    });
  };
  beforeEach(async () => {
    project = await mkdtemp(join(tmpdir(), "driftless-packs-"));
    await write("policies/PulumiPolicy.yaml", "runtime: nodejs\n");
    await write("policies/rules/tags.ts", "export {};\n");
  });
  afterEach(() => rm(project, { recursive: true, force: true }));

  it("is the same for the same files and for other dependencies", async () => {
    const before = await digest();
    await write("policies/node_modules/x/index.js", "1");
    assert.equal(await digest(), before);
    await symlink(join(project, "policies"), join(project, "linked"));
    assert.equal(await digest("linked"), before);
  });

  it("is another for changed, added and renamed files", async () => {
    const seen = new Set([await digest()]);
    await write("policies/rules/tags.ts", "export const x = 1;\n");
    seen.add(await digest());
    await write("policies/rules/more.ts", "");
    seen.add(await digest());
    await rename(join(project, "policies/rules/more.ts"), join(project, "policies/rules/other.ts"));
    seen.add(await digest());
    assert.equal(seen.size, 4);
  });

  it("is another for what the files import beside the folder, at any remove, and for another lock file", async () => {
    await write("policies/rules/tags.ts", 'import { a } from "../../shared/a.ts";\nexport const b = a;\n');
    await write("shared/a.ts", 'export * from "./b";\n');
    await write("shared/b.ts", "export const a = 1;\n");
    await write("shared/unused.ts", "");
    await write("package-lock.json", "{}");
    const seen = new Set([await digest()]);
    await write("shared/unused.ts", "1;");
    seen.add(await digest());
    assert.equal(seen.size, 1);
    await write("shared/b.ts", "export const a = 2;\n");
    seen.add(await digest());
    await write("package-lock.json", '{ "name": "x" }');
    seen.add(await digest());
    assert.equal(seen.size, 3);
  });

  it("refuses a pack that is missing, empty, a file, outside the project or linked to elsewhere", async () => {
    await mkdir(join(project, "empty"));
    await write("file", "");
    await refused("gone", /"gone" does not exist/);
    await refused("empty", /has no PulumiPolicy.yaml/);
    await refused("file", /cannot be read/);
    await refused("../policies", /is outside the project/);
    await refused("/etc", /is outside the project/);
    await symlink("/etc/hostname", join(project, "policies/rules/link.ts"));
    await refused("policies", /neither file nor folder: "rules\/link.ts"/);
  });
});
