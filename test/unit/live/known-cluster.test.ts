import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "mocha";
import { KnownCluster } from "../../../live/known-cluster.ts";
import { hasCode } from "../../support/has-code.ts";

describe("a cluster that is to be the one of last time", () => {
  const real = performance.now.bind(performance);
  let now = 0;
  let asked = 0;
  beforeEach(() => {
    [now, asked] = [0, 0];
    performance.now = () => now;
  });
  afterEach(() => {
    performance.now = real;
  });

  const known = (expected: string | undefined, ...answers: readonly (string | Error | undefined)[]): KnownCluster =>
    new KnownCluster(
      "eu",
      () => expected,
      () => {
        const answer = answers[Math.min(asked, answers.length - 1)];
        asked += 1;
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
      },
    );

  it("is not asked who it is where any will do", () => {
    assert.equal(known(undefined, "a").verify(), undefined);
    assert.equal(asked, 0);
  });

  it("is asked once for many calls, and again after a minute or a cut connection", async () => {
    const cluster = known("a", "a");
    await Promise.all([cluster.verify(), cluster.verify()]);
    now = 59_999;
    await cluster.verify();
    assert.equal(asked, 1);
    now = 60_000;
    await cluster.verify();
    assert.equal(asked, 2);
    cluster.forget();
    await cluster.verify();
    assert.equal(asked, 3);
  });

  it("is refused if it is another one, however often it is tried", async () => {
    const cluster = known("a", "b");
    await assert.rejects(async () => cluster.verify(), hasCode("CLUSTER_REPLACED"));
    await assert.rejects(async () => cluster.verify(), hasCode("CLUSTER_REPLACED"));
    assert.equal(asked, 2);
  });

  it("is refused if it does not say who it is", async () => {
    await assert.rejects(async () => known("a", undefined).verify(), hasCode("READ_DENIED"));
  });

  it("is asked again once it can be reached", async () => {
    const cluster = known("a", new Error("away"), "a");
    await assert.rejects(async () => cluster.verify(), /away/);
    await cluster.verify();
    assert.equal(asked, 2);
  });
});
