import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { resolveBackend } from "../../../../automation/engine/backend.ts";

const project = "/srv/project";
const settings = { name: "driftless", stackFolder: "stacks" };
const written = "file://.driftless/state?create_dir=true";
const own = "/srv/project/.driftless/state";

describe("the backend of a project", () => {
  for (const [what, backend, env, expected] of [
    ["its own folder", written, {}, { folder: own, own: true, url: `file://${own}?create_dir=true&metadata=skip` }],
    [
      "its own folder if nothing is said",
      undefined,
      {},
      { folder: own, own: true, url: `file://${own}?metadata=skip` },
    ],
    [
      "the user's folder",
      written,
      { PULUMI_BACKEND_URL: "file:///mnt/state" },
      { folder: "/mnt/state", own: false, url: "file:///mnt/state?metadata=skip" },
    ],
    [
      "a folder at home",
      written,
      { PULUMI_BACKEND_URL: "file://~/state", HOME: "/home/ada" },
      { folder: "/home/ada/state", own: false, url: "file:///home/ada/state?metadata=skip" },
    ],
    [
      "a folder whose side files are wanted",
      "file:///mnt/state?metadata=",
      {},
      { folder: "/mnt/state", own: false, url: "file:///mnt/state?metadata=" },
    ],
    [
      "a bucket",
      written,
      { PULUMI_BACKEND_URL: "s3://states?region=eu-west-1" },
      { own: false, url: "s3://states?region=eu-west-1" },
    ],
  ] as const) {
    it(`is ${what}`, () => {
      const given = backend === undefined ? settings : { ...settings, backend };
      assert.deepEqual(resolveBackend(project, given, env), expected);
    });
  }
});
