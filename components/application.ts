import { ComponentResource, type ComponentResourceOptions, type Resource, type Stash } from "@pulumi/pulumi";
import { applicationDigest, digestOf } from "../core/plan/digest.ts";
import { componentTypes } from "../core/plan/identity.ts";
import type { ApplicationPlan, PlannedObject } from "../core/plan/plan.ts";
import { lanesOf, type Lane } from "../core/plan/lanes.ts";
import { hooksOf, stagesOf, type Stage } from "../core/plan/stages.ts";
import { gateName, serversGateName } from "../core/plan/step-name.ts";
import { createObjects, type Providers } from "./object.ts";
import type { Steps } from "./steps.ts";

/** Another application that must be up before. */
export interface Dependency {
  readonly plan: ApplicationPlan;
  readonly ready: Resource;
  /** There when all of it on a cluster is up and healthy: of an add-on only. */
  readonly on: ReadonlyMap<string, Resource>;
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
  /** By cluster: there when all add-ons are. Default: none. */
  readonly addons?: ReadonlyMap<string, Resource>;
}

/** A set of manifests deployed together: each object is one resource, with gates between its waves. */
export class Application extends ComponentResource {
  /** There when all of the application is up and healthy. */
  readonly ready: Stash;
  /** See `Dependency.on`. */
  readonly on: ReadonlyMap<string, Stash>;

  constructor(name: string, args: ApplicationArgs, options?: ComponentResourceOptions) {
    super(componentTypes.application, name, {}, options);
    const { plan, steps, dependants } = args;
    const { timeoutSeconds, digest } = plan;
    const owner = ownerName(name);
    const on = new Map<string, Stash>();
    const after = lanesOf(plan).flatMap((lane) => {
      const created = this.#createLane(args, lane);
      if (lane.cluster === undefined) return created;
      const gate = this.#laneGate(args, lane.cluster, lane, created);
      on.set(lane.cluster, gate);
      return [gate];
    });
    this.on = on;
    const ready = {
      ...{ title: `application ${name}`, digest, timeoutSeconds, guarded: plan.objects },
      dependants: dependants.map(ownerName),
    };
    this.ready = steps.gates.create(gateName(owner, "ready"), ready, { parent: this, dependsOn: after });
    steps.ledger.addOwner(owner, this.ready);
    steps.hooks.standBy(plan, { parent: this, dependsOn: [this.ready] });
    this.registerOutputs({ digest });
  }

  /** Creates hooks and objects; returns what stands at the end. */
  #createLane(args: ApplicationArgs, lane: Lane): readonly Resource[] {
    const { plan, steps, addons = new Map<string, Resource>() } = args;
    // A hook that runs before everything runs once everything may begin.
    const carried = hooksOf(lane, "pre-deploy").length === 0 ? [] : addonsOf(plan, addons);
    const dependsOn = [this.#start(args, lane), ...carried];
    const before = steps.hooks.sequence(plan, lane, "pre-deploy", { parent: this, dependsOn });
    const created = this.#createStages(args, lane, before);
    return steps.hooks.sequence(plan, lane, "post-deploy", { parent: this, dependsOn: created });
  }

  /** What the first object waits for: the tenant, and the health of what the application depends on. */
  #start({ plan, steps, tenant, dependencies }: ApplicationArgs, { owner, cluster, objects }: Lane): Resource {
    if (dependencies.length === 0) return tenant;
    const here = (each: Dependency): Resource =>
      (cluster === undefined ? undefined : each.on.get(cluster)) ?? each.ready;
    const guarded = dependencies.flatMap((each) =>
      each.plan.objects.filter(
        (object) => cluster === undefined || !each.on.has(cluster) || object.cluster === cluster,
      ),
    );
    const gate = {
      title: `application ${plan.name}: what it depends on`,
      digest: digestOf([plan.digest, ...plan.dependsOn].join("\n")),
      guarded,
      foreign: true,
      next: stagesOf(objects)[0]?.objects ?? [],
      timeoutSeconds: plan.timeoutSeconds,
    };
    const dependsOn = [tenant, ...dependencies.map(here)];
    return steps.gates.create(gateName(owner, "start"), gate, { parent: this, dependsOn });
  }

  /** What stands behind an add-on on a cluster: all that runs there waits for it. */
  #laneGate(
    { plan, steps }: ApplicationArgs,
    cluster: string,
    { owner, title, objects, hooks }: Lane,
    dependsOn: readonly Resource[],
  ): Stash {
    const gate = {
      title,
      digest: applicationDigest({ objects, hooks }),
      guarded: objects,
      timeoutSeconds: plan.timeoutSeconds,
      dependants: [`cluster/${cluster}`],
    };
    return steps.gates.create(owner, gate, { parent: this, dependsOn });
  }

  /** Creates the objects, with a gate behind each stage that something follows; returns what stands at the end. */
  #createStages(args: ApplicationArgs, lane: Lane, before: readonly Resource[]): readonly Resource[] {
    const { plan, providers, steps, stillOn = new Set(), addons = new Map<string, Resource>() } = args;
    const stages = stagesOf(lane.objects);
    const followed = hooksOf(lane, "post-deploy").length > 0;
    const { timeoutSeconds } = plan;
    return stages.reduce((after, stage, at) => {
      const next = stages[at + 1];
      const common = { providers, stillOn, after, timeoutSeconds, ...steps };
      const afterOn = new Map([...addons].filter(([cluster]) => !stages.slice(0, at).some(isOn(cluster))));
      const objects = createObjects(this, stage.objects, { ...common, afterOn });
      return next === undefined && !followed ? objects : [this.#gate(plan, lane, [stage, next], steps, objects)];
    }, before);
  }

  #gate(
    { timeoutSeconds }: ApplicationPlan,
    { owner, title }: Lane,
    [stage, next]: readonly [Stage, Stage | undefined],
    { gates }: Steps,
    dependsOn: readonly Resource[],
  ): Resource {
    const halfway = next?.wave === stage.wave;
    const gate = {
      title: `${title}: wave ${stage.wave}`,
      digest: stageDigest(stage.objects),
      guarded: stage.objects,
      next: next?.objects ?? [],
      timeoutSeconds,
    };
    const name = halfway ? serversGateName(owner, stage.wave) : gateName(owner, stage.wave);
    return gates.create(name, gate, { parent: this, dependsOn });
  }
}

function isOn(cluster: string): (stage: Stage) => boolean {
  return ({ objects }) => objects.some((each) => each.cluster === cluster);
}

function addonsOf({ clusters }: ApplicationPlan, addons: ReadonlyMap<string, Resource>): readonly Resource[] {
  return clusters.flatMap((cluster) => addons.get(cluster) ?? []);
}

function stageDigest(objects: readonly PlannedObject[]): string {
  return applicationDigest({ objects, hooks: [] });
}

function ownerName(application: string): string {
  return `application/${application}`;
}
