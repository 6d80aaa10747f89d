import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, it } from "mocha";
import {
  backUp,
  readState,
  removeDebris,
  stateFiles,
  type StateFiles,
} from "../../../../automation/engine/state-files.ts";
import { DriftlessError } from "../../../../core/errors/error.ts";

const state = JSON.stringify({ version: 3, checkpoint: { stack: "dev", latest: { resources: [{ urn: "a" }] } } });
const expected = { version: 3, deployment: { resources: [{ urn: "a" }] } };

describe("the state in a backend of files", () => {
  let project: string;
  let files: StateFiles;

  beforeEach(async () => {
    project = await mkdtemp(join(tmpdir(), "driftless-"));
    files = stateFiles(join(project, ".driftless/state"), project, "driftless", "dev");
    await mkdir(files.folder, { recursive: true });
  });

  afterEach(() => rm(project, { recursive: true }));

  const write = async (name: string, content: string | Uint8Array): Promise<string> => {
    const path = join(files.folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    return path;
  };

  it("is read, packed or not, and is nothing before the first update", async () => {
    assert.equal(await readState(files), undefined);
    await write("dev.json", JSON.stringify({ version: 3, checkpoint: { stack: "dev" } }));
    assert.deepEqual(await readState(files), { version: 3, deployment: {} });
    await write("dev.json", state);
    assert.deepEqual(await readState(files), expected);
    await rm(join(files.folder, "dev.json"));
    await write("dev.json.gz", gzipSync(state));
    assert.deepEqual(await readState(files), expected);
  });

  for (const [what, content] of Object.entries({
    empty: "",
    "cut in the middle": state.slice(0, state.length / 2),
    "cut near its end": state.slice(0, -1),
    "of another kind": "[]",
    "not text": "\u0000\u0001",
  })) {
    it(`that is ${what} is refused, and the newest good backup named`, async () => {
      await write("dev.json", state);
      await backUp(files);
      await write("dev.json", content);
      await write("dev.json.bak", content);
      const [backup] = await readdir(files.backups);
      await assert.rejects(readState(files), corrupt(`copy .driftless/backups/dev/${backup ?? ""} over`));
    });
  }

  it("that is missing is refused if there ever was one: nothing is created twice", async () => {
    await write("dev.json.bak", state);
    await assert.rejects(readState(files), corrupt("stacks/driftless/dev.json.bak to .driftless/state/.pulumi/"));
  });

  it("that is missing may be in another backend, whose kind is named and how to go back", async () => {
    await write("dev.json", state);
    await backUp(files);
    const elsewhere = stateFiles(join(project, "other"), project, "driftless", "dev");
    await assert.rejects(
      readState(elsewhere),
      corrupt(
        "the backend (a folder that PULUMI_BACKEND_URL or backend.url of Pulumi.yaml names) holds no state of it",
        "or unset it for the project's own folder. If it is lost, copy .driftless/backups/dev/",
        " to .pulumi/stacks/driftless/dev.json in the backend.",
      ),
    );
  });

  it("that cannot be read and has no backup is refused too", async () => {
    await write("dev.json", "");
    await assert.rejects(readState(files), corrupt("No backup of it was found"));
  });

  it("is backed up once per version, and five versions are kept", async () => {
    for (let version = 1; version <= 7; version += 1) {
      const path = await write("dev.json", state.replace('"a"', `"${version}"`));
      await utimes(path, version, version);
      await backUp(files);
      await backUp(files);
    }
    const names = (await readdir(files.backups)).sort();
    assert.equal(names.length, 5);
    assert.match(await readFile(join(files.backups, names[4] ?? ""), "utf8"), /"urn":"7"/);
    assert.match(await readFile(join(files.backups, names[0] ?? ""), "utf8"), /"urn":"3"/);
  });

  it("is freed of what a killed engine left beside it, and of nothing else", async () => {
    await write("dev.json", state);
    await write("dev.json.attrs", "");
    await write("dev.json.bak.attrs", "{}");
    await write("dev.json.18ea4a3f.tmp", "half");
    await write("development.json.attrs", "");
    await removeDebris(files);
    assert.deepEqual((await readdir(files.folder)).sort(), [
      "dev.json",
      "dev.json.bak.attrs",
      "development.json.attrs",
    ]);
  });
});

function corrupt(...parts: readonly string[]): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof DriftlessError);
    assert.equal(error.code, "STATE_CORRUPT");
    for (const part of parts) assert.ok(error.message.includes(part), error.message);
    assert.doesNotMatch(error.message, /\/tmp\//);
    return true;
  };
}
