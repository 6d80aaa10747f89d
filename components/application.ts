import { ComponentResource, type ComponentResourceOptions, type Resource, type Stash } from "@pulumi/pulumi";
import { applicationDigest, digestOf } from "../core/plan/digest.ts";
import { componentTypes } from "../core/plan/identity.ts";
import type { ApplicationPlan, PlannedObject } from "../core/plan/plan.ts";
import { hooksOf, stagesOf, type Stage } from "../core/plan/stages.ts";
import { gateName, serversGateName } from "../core/plan/step-name.ts";
import { createObjects, type Providers } from "./object.ts";
import type { Steps } from "./steps.ts";

/** Another application that must be up before. */
export interface Dependency {
  readonly plan: ApplicationPlan;
  readonly ready: Resource;
}

/** What an application consists of and what it waits for. */
export interface ApplicationArgs {
  readonly plan: ApplicationPlan;
  /** Providers of at least the clusters that the plan names. */
  readonly providers: Providers;
  /** Clusters on which nothing of it may change in this run. Default: none. */
  readonly stillOn?: ReadonlySet<string>;
  readonly steps: Steps;
  /** There when its tenant is. */
  readonly tenant: Resource;
  readonly dependencies: readonly Dependency[];
  /** Names of the applications that depend on this one. */
  readonly dependants: readonly string[];
}

/** A set of manifests deployed together: each object is one resource, with gates between its waves. */
export class Application extends ComponentResource {
  /** There when all of the application is up and healthy. */
  readonly ready: Stash;

  constructor(name: string, args: ApplicationArgs, options?: ComponentResourceOptions) {
    super(componentTypes.application, name, {}, options);
    const { plan, steps, dependants } = args;
    const { timeoutSeconds, digest } = plan;
    const owner = ownerName(name);
    const before = steps.hooks.sequence(plan, "pre-deploy", { parent: this, dependsOn: [this.#start(args)] });
    const created = this.#createStages(args, before);
    const after = steps.hooks.sequence(plan, "post-deploy", { parent: this, dependsOn: created });
    const ready = {
      ...{ title: `application ${name}`, digest, timeoutSeconds, guarded: plan.objects },
      dependants: dependants.map(ownerName),
    };
    this.ready = steps.gates.create(gateName(owner, "ready"), ready, { parent: this, dependsOn: after });
    steps.ledger.addOwner(owner, this.ready);
    steps.hooks.standBy(plan, { parent: this, dependsOn: [this.ready] });
    this.registerOutputs({ digest });
  }

  /** What its first object waits for: its tenant, and the health of what it depends on. */
  #start({ plan, steps, tenant, dependencies }: ApplicationArgs): Resource {
    if (dependencies.length === 0) return tenant;
    const gate = {
      title: `application ${plan.name}: what it depends on`,
      digest: digestOf([plan.digest, ...plan.dependsOn].join("\n")),
      guarded: dependencies.flatMap((each) => each.plan.objects),
      foreign: true,
      next: stagesOf(plan.objects)[0]?.objects ?? [],
      timeoutSeconds: plan.timeoutSeconds,
    };
    const dependsOn = [tenant, ...dependencies.map(({ ready }) => ready)];
    return steps.gates.create(gateName(ownerName(plan.name), "start"), gate, { parent: this, dependsOn });
  }

  /** Creates the objects, with a gate behind each stage that something follows; returns what stands at the end. */
  #createStages(args: ApplicationArgs, before: readonly Resource[]): readonly Resource[] {
    const { plan, providers, steps, stillOn = new Set() } = args;
    const stages = stagesOf(plan.objects);
    const followed = hooksOf(plan, "post-deploy").length > 0;
    const { timeoutSeconds } = plan;
    return stages.reduce((after, stage, at) => {
      const next = stages[at + 1];
      const objects = createObjects(this, stage.objects, { providers, stillOn, after, timeoutSeconds, ...steps });
      return next === undefined && !followed ? objects : [this.#gate(plan, stage, next, steps, objects)];
    }, before);
  }

  #gate(
    plan: ApplicationPlan,
    stage: Stage,
    next: Stage | undefined,
    { gates }: Steps,
    dependsOn: readonly Resource[],
  ): Resource {
    const owner = ownerName(plan.name);
    const halfway = next?.wave === stage.wave;
    const gate = {
      title: `application ${plan.name}: wave ${stage.wave}`,
      digest: stageDigest(stage.objects),
      guarded: stage.objects,
      next: next?.objects ?? [],
      timeoutSeconds: plan.timeoutSeconds,
    };
    const name = halfway ? serversGateName(owner, stage.wave) : gateName(owner, stage.wave);
    return gates.create(name, gate, { parent: this, dependsOn });
  }
}

function stageDigest(objects: readonly PlannedObject[]): string {
  return applicationDigest({ objects, hooks: [] });
}

function ownerName(application: string): string {
  return `application/${application}`;
}
