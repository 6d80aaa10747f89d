import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { createProgress } from "../../../../automation/output/progress.ts";

function recorder(progressInPlace: boolean, columns?: number) {
  const written: string[] = [];
  return {
    written,
    io: { stderr: (text: string) => written.push(text), progressInPlace, ...(columns ? { columns } : {}) },
  };
}

describe("Progress", () => {
  it("is a line each where there is no terminal, without repeats", () => {
    const { written, io } = recorder(false);
    const progress = createProgress(io, false);
    progress.step("build a");
    progress.step("build a");
    progress.step("build b\u001b[2J");
    progress.end();
    assert.equal(written.join(""), "build a\nbuild b[2J\n");
  });

  it("is one changing line on a terminal, cut to its width and cleared at the end", () => {
    const { written, io } = recorder(true, 6);
    const progress = createProgress(io, false);
    progress.step("abcdefgh");
    progress.note("stays");
    progress.step("next");
    progress.end();
    assert.equal(written.join(""), "abcde\r\u001b[2Kstays\nnext\r\u001b[2K");
  });

  it("shows details on a terminal only", () => {
    const [plain, terminal] = [recorder(false), recorder(true)];
    for (const { io } of [plain, terminal]) createProgress(io, false).detail("rendering");
    assert.deepEqual([plain.written, terminal.written], [[], ["rendering"]]);
  });

  it("says nothing when it is to be quiet", () => {
    const { written, io } = recorder(false);
    const progress = createProgress(io, true);
    progress.step("a");
    progress.note("b");
    progress.end();
    assert.deepEqual(written, []);
  });
});
