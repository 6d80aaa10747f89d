import { ResourceHook, type Resource } from "@pulumi/pulumi";
import { resourceHooks } from "../core/plan/step-name.ts";
import type { StepPlace } from "./gate.ts";

/** The hooks of a program. */
export class Hooks {
  constructor() {
    for (const name of [resourceHooks.hook, resourceHooks.hookDeletion]) {
      void new ResourceHook(name, () => Promise.resolve());
    }
  }

  /** What comes after the hooks of a phase. */
  sequence({ dependsOn }: StepPlace): readonly Resource[] {
    return dependsOn;
  }
}
