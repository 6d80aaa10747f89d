import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { startGitea } from "../support/gitea.ts";

describe("local forges", function () {
  this.timeout(300_000);

  it("are trusted one after the other in one process, although all their certificates have one name", async () => {
    for (let turn = 0; turn < 4; turn++) {
      const gitea = await startGitea();
      try {
        assert.match(JSON.stringify(await gitea.api("GET", "/user")), /"login":"platform"/);
      } finally {
        await gitea.stop();
      }
    }
  });
});
