import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { PlannedHook } from "../../../core/plan/plan.ts";
import type { Delivery } from "../../../live/delivery.ts";
import { GivingWay } from "../../../live/giving-way.ts";

/** Waits until it is told to stop; everything else is done at once. */
class Endless implements Delivery {
  readonly calls: string[] = [];

  async untilHealthy(...[, { signal }]: Parameters<Delivery["untilHealthy"]>): ReturnType<Delivery["untilHealthy"]> {
    await new Promise((resolve) => signal?.addEventListener("abort", resolve));
    signal?.throwIfAborted();
    return [];
  }

  untilGone(): Promise<readonly string[]> {
    this.calls.push("gone");
    return Promise.resolve([]);
  }

  untilLetIn(): Promise<void> {
    this.calls.push("let in");
    return Promise.resolve();
  }

  async pause(...[, signal]: Parameters<Delivery["pause"]>): Promise<void> {
    await new Promise((resolve) => signal?.addEventListener("abort", resolve));
    signal?.throwIfAborted();
  }

  runHook(...[, options]: Parameters<Delivery["runHook"]>): Promise<void> {
    this.calls.push(options.signal === undefined ? "hook" : "hook that can be stopped");
    return Promise.resolve();
  }

  removeHook(): Promise<void> {
    this.calls.push("remove");
    return Promise.resolve();
  }
}

const hook: Pick<PlannedHook, "resourceName" | "cluster" | "object" | "deletePolicies"> = {
  resourceName: "eu/shop/Job.batch/migrate",
  cluster: "eu",
  object: { apiVersion: "batch/v1", kind: "Job", metadata: { name: "migrate" } },
  deletePolicies: ["before-creation"],
};

describe("A delivery that gives way", () => {
  it("ends its waits for health with the reason, and lets no hook begin", async () => {
    const controller = new AbortController();
    const [inner, reason] = [new Endless(), new Error("superseded")];
    const delivery = new GivingWay(inner, controller.signal);
    const options = { timeoutSeconds: 60 };
    await delivery.runHook(hook, options);
    const wait = delivery.untilHealthy([], options);
    controller.abort(reason);
    await assert.rejects(wait, reason);
    await assert.rejects(delivery.untilHealthy([], options), reason);
    await assert.rejects(delivery.runHook(hook, options), reason);
    await assert.rejects(delivery.untilLetIn(["eu"], { user: "deployer", rights: [] }), reason);
    assert.deepEqual(await delivery.untilGone([], options), []);
    await delivery.removeHook(hook, options);
    assert.deepEqual(inner.calls, ["hook", "gone", "remove"]);
  });
});
