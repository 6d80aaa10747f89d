import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "mocha";
import { ignore, isSystemError } from "../../../../core/errors/system-error.ts";

describe("errors of the operating system", () => {
  const missing = () => readFile("test/no such file");

  it("are told from mistakes in a program", async () => {
    await assert.rejects(missing, (error) => isSystemError(error) && isSystemError(error, "EPERM", "ENOENT"));
    await assert.rejects(missing, (error) => !isSystemError(error, "EPERM"));
    for (const other of [new TypeError("x"), Object.assign(new Error("x"), { code: "ENOENT" }), "ENOENT", undefined])
      assert.equal(isSystemError(other, "ENOENT"), false);
  });

  it("are ignored by their code alone", async () => {
    assert.equal(await missing().catch(ignore("ENOENT")), undefined);
    await assert.rejects(missing().catch(ignore("EPERM", "EACCES")), { code: "ENOENT" });
    await assert.rejects(Promise.reject(new TypeError("x")).catch(ignore("ENOENT")), TypeError);
  });
});
