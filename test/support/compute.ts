import assert from "node:assert/strict";
import { DriftlessError } from "../../core/errors/error.ts";
import { computePlan, type ComputedPlan } from "../../core/plan/compute.ts";
import type { RenderTools } from "../../core/render/renderer.ts";
import type { TestProject } from "./pulumi-project.ts";

/** The plan of the environment `dev`, at its pin or at another revision. */
export function computeDev(project: TestProject, tools: RenderTools, revision?: string): Promise<ComputedPlan> {
  const { folder, cache } = project;
  return computePlan({ project: folder, environment: "dev", revision, cache, env: process.env, tools });
}

/** The error with which work ends, which it must; it names no path of the machine. */
export async function refusal(work: Promise<unknown>, project: TestProject): Promise<DriftlessError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof DriftlessError, String(error));
  assert.ok(!error.message.includes(project.folder), "no absolute path");
  return error;
}
