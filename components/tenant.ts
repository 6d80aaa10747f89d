import { ComponentResource, type ComponentResourceOptions, type Resource } from "@pulumi/pulumi";
import { componentTypes } from "../core/plan/identity.ts";
import type { TenantPlan } from "../core/plan/plan.ts";
import { barrier } from "./barrier.ts";
import { createObjects, type Providers } from "./object.ts";

/** What a team gets on each of its clusters. */
export interface TenantArgs {
  readonly plan: TenantPlan;
  /** Providers of at least the clusters that the plan names. */
  readonly providers: Providers;
}

/** Seconds that an object of a tenant may take; most are there at once, a namespace waits for what it holds to go. */
const timeoutSeconds = 300;

/** A team's namespaces with their quotas, limits, network policies and access. */
export class Tenant extends ComponentResource {
  /** There when all of the tenant is. */
  readonly ready: Resource;

  constructor(name: string, args: TenantArgs, options?: ComponentResourceOptions) {
    super(componentTypes.tenant, name, {}, options);
    const objects = createObjects(this, args.plan.objects, { providers: args.providers, after: [], timeoutSeconds });
    this.ready = barrier(name, this, objects);
    this.registerOutputs({});
  }
}
