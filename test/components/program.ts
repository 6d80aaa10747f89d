import assert from "node:assert/strict";
import type { ResourceHookArgs } from "@pulumi/pulumi";
import { Environment } from "../../components/environment.ts";
import type { ApplicationPlan } from "../../core/plan/plan.ts";
import { FakeDelivery } from "./fake-delivery.ts";
import { accessTo, environment } from "./plans.ts";
import { record, type Recording } from "./recorder.ts";

/** A program that has run, and whom it asked about clusters. */
export interface Program extends Recording {
  readonly delivery: FakeDelivery;
  /** Has the engine call back before or after a step on a resource. */
  readonly call: (
    hook: string,
    name: string,
    inputs?: Pick<ResourceHookArgs, "newInputs" | "oldInputs">,
  ) => Promise<void>;
  /** Inputs of a resource, as the program registered them. */
  readonly inputsOf: (name: string) => Readonly<Record<string, unknown>>;
}

/** Runs the program of an environment with these applications, on their clusters. `failing`: resources on which the engine fails. */
export async function runProgram(
  applications: readonly ApplicationPlan[],
  failing: readonly string[] = [],
): Promise<Program> {
  const delivery = new FakeDelivery();
  const names = [...new Set(["eu", ...applications.flatMap((each) => each.clusters)])];
  const plan = environment(applications, names);
  const start = (): unknown => new Environment("dev", { plan, clusters: accessTo(names), delivery });
  const recording = await record(start, new Set(failing));
  return {
    ...recording,
    delivery,
    call: async (hook, name, inputs = {}) => {
      const callback = recording.callbacks.get(hook);
      assert.ok(callback);
      await callback({ urn: name, id: "", name, type: "", ...inputs });
    },
    inputsOf: (name) => {
      const inputs = recording.resources.get(name)?.inputs;
      assert.ok(inputs, `${name} is not there`);
      return inputs;
    },
  };
}
