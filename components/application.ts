import { ComponentResource, type ComponentResourceOptions, type Resource } from "@pulumi/pulumi";
import { componentTypes } from "../core/plan/identity.ts";
import type { ApplicationPlan } from "../core/plan/plan.ts";
import { barrier } from "./barrier.ts";
import { createObjects, type Providers } from "./object.ts";

/** What an application consists of and what it waits for. */
export interface ApplicationArgs {
  readonly plan: ApplicationPlan;
  /** Providers of at least the clusters that the plan names. */
  readonly providers: Providers;
  /** What must be there before any of its objects: its tenant, and the applications that it depends on. */
  readonly after: readonly Resource[];
  /** True if another application waits for this one. */
  readonly awaited: boolean;
}

/** A set of manifests deployed together: each object is one resource. */
export class Application extends ComponentResource {
  /** There when all of the application is up; undefined unless something waits for it. */
  readonly ready: Resource | undefined;

  constructor(name: string, args: ApplicationArgs, options?: ComponentResourceOptions) {
    super(componentTypes.application, name, {}, options);
    const { plan, providers, after, awaited } = args;
    const objects = createObjects(this, plan.objects, { providers, after, timeoutSeconds: plan.timeoutSeconds });
    this.ready = awaited ? barrier(name, this, objects) : undefined;
    this.registerOutputs({ digest: plan.digest });
  }
}
