import { ComponentResource, type ComponentResourceOptions, type Resource } from "@pulumi/pulumi";
import { componentTypes } from "../core/plan/identity.ts";
import type { TenantPlan } from "../core/plan/plan.ts";
import { gateName } from "../core/plan/step-name.ts";
import { createObjects, type Providers } from "./object.ts";
import type { Steps } from "./steps.ts";

/** What a team gets on each of its clusters. */
export interface TenantArgs {
  readonly plan: TenantPlan;
  /** Providers of at least the clusters that the plan names. */
  readonly providers: Providers;
  readonly steps: Steps;
  /** Names of its applications. */
  readonly applications: readonly string[];
}

/** Seconds that an object of a tenant may take; most are there at once, a namespace waits for what it holds to go. */
const timeoutSeconds = 300;

/** A team's namespaces with their quotas, limits, network policies and access. */
export class Tenant extends ComponentResource {
  /** There when all of the tenant is. */
  readonly ready: Resource;

  constructor(name: string, args: TenantArgs, options?: ComponentResourceOptions) {
    super(componentTypes.tenant, name, {}, options);
    const { plan, providers, steps, applications } = args;
    const objects = createObjects(this, plan.objects, { providers, after: [], timeoutSeconds, ...steps });
    const owner = `tenant/${name}`;
    const dependants = applications.map((application) => `application/${application}`);
    const place = { parent: this, dependsOn: objects };
    const { deployer, clusters } = plan;
    const ready =
      deployer === undefined
        ? steps.gates.barrier(gateName(owner, "ready"), dependants, place)
        : steps.gates.letIn(gateName(owner, "ready"), { deployer, clusters, dependants }, place);
    steps.ledger.addOwner(owner, ready);
    this.ready = ready;
    this.registerOutputs({});
  }
}
