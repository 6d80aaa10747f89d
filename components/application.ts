import { ComponentResource, type ComponentResourceOptions, type Resource, type Stash } from "@pulumi/pulumi";
import { applicationDigest, digestOf } from "../core/plan/digest.ts";
import { componentTypes } from "../core/plan/identity.ts";
import type { ApplicationPlan, PlannedObject } from "../core/plan/plan.ts";
import { hooksOf, stagesOf, type Stage } from "../core/plan/stages.ts";
import { gateName, serversGateName } from "../core/plan/step-name.ts";
import { stepsOf, type PlannedStep } from "../core/plan/steps.ts";
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
    const owner = ownerName(name);
    const planned = stepsOf(plan);
    const on = new Map<string, Stash>();
    const after = plan.addon === true ? this.#createLanes(args, planned, on) : this.#createSteps(args, planned);
    this.on = on;
    const ready = {
      ...{ title: planned.at(-1)?.title ?? `application ${name}`, digest: digestWithout(plan, plan.digest) },
      ...{ timeoutSeconds: planned.at(-1)?.timeoutSeconds ?? plan.timeoutSeconds, guarded: plan.objects },
      ...{ dependants: dependants.map(ownerName), missing: missingOf(plan, planned) },
    };
    this.ready = steps.gates.create(gateName(owner, "ready"), ready, { parent: this, dependsOn: after });
    steps.ledger.addOwner(owner, this.ready);
    steps.hooks.standBy(plan, { parent: this, dependsOn: [this.ready] });
    this.registerOutputs({ digest: plan.digest });
  }

  /** Creates an add-on, which comes up on each cluster by itself; returns what stands at the end, noted by cluster too. */
  #createLanes(args: ApplicationArgs, lanes: readonly PlannedStep[], on: Map<string, Stash>): readonly Resource[] {
    return lanes.flatMap((lane) => {
      const created = this.#createStep(args, lane, [this.#start(args, lane)]);
      if (lane.cluster === undefined) return created;
      const gate = this.#laneGate(args, lane.cluster, lane, created);
      on.set(lane.cluster, gate);
      return [gate];
    });
  }

  /** Creates one step after the other; returns what stands at the end. */
  #createSteps(args: ApplicationArgs, planned: readonly PlannedStep[]): readonly Resource[] {
    let after: readonly Resource[] = planned.slice(0, 1).map((first) => this.#start(args, first));
    for (const [at, step] of planned.entries()) {
      const next = planned[at + 1];
      after = this.#createStep(args, step, after);
      if (next !== undefined) after = [this.#stepGate(args, planned.slice(0, at + 1), next, after)];
    }
    return after;
  }

  /** What the first object waits for: the tenant, and the health of what the application depends on. */
  #start({ plan, steps, tenant, dependencies }: ApplicationArgs, { owner, cluster, objects }: PlannedStep): Resource {
    if (dependencies.length === 0) return tenant;
    const here = (each: Dependency): Resource =>
      (cluster === undefined ? undefined : each.on.get(cluster)) ?? each.ready;
    const guarded = dependencies.flatMap((each) =>
      each.plan.objects.filter(
        (object) => cluster === undefined || !each.on.has(cluster) || object.cluster === cluster,
      ),
    );
    const unreachable = dependencies.flatMap((each) => each.plan.unreachable ?? []);
    const gate = {
      title: `application ${plan.name}: what it depends on`,
      digest: digestWithout(plan, digestOf([plan.digest, ...plan.dependsOn].join("\n")), unreachable),
      guarded,
      foreign: true,
      next: stagesOf(objects)[0]?.objects ?? [],
      timeoutSeconds: plan.timeoutSeconds,
    };
    const dependsOn = [tenant, ...dependencies.map(here)];
    const name = gateName(cluster === undefined ? ownerName(plan.name) : owner, "start");
    return steps.gates.create(name, gate, { parent: this, dependsOn });
  }

  /** What stands behind an add-on on a cluster: all that runs there waits for it. */
  #laneGate(
    { steps }: ApplicationArgs,
    cluster: string,
    { owner, title, objects, hooks, timeoutSeconds }: PlannedStep,
    dependsOn: readonly Resource[],
  ): Stash {
    const gate = {
      title,
      digest: applicationDigest({ objects, hooks }),
      guarded: objects,
      timeoutSeconds,
      dependants: [`cluster/${cluster}`],
    };
    return steps.gates.create(owner, gate, { parent: this, dependsOn });
  }

  /** Creates the hooks and objects of a step; returns what stands at its end. */
  #createStep(args: ApplicationArgs, step: PlannedStep, after: readonly Resource[]): readonly Resource[] {
    const { plan, steps, addons = new Map<string, Resource>() } = args;
    // A hook that runs before everything runs once everything may begin.
    const carried = hooksOf(step, "pre-deploy").length === 0 ? [] : addonsOf(step, addons);
    const dependsOn = [...after, ...carried];
    const before = steps.hooks.sequence(plan, step, "pre-deploy", { parent: this, dependsOn });
    const created = this.#createStages(args, step, before);
    return steps.hooks.sequence(plan, step, "post-deploy", { parent: this, dependsOn: created });
  }

  /** What the next step waits for: all of the application on the clusters of the steps so far. */
  #stepGate(
    { plan, steps }: ApplicationArgs,
    done: readonly PlannedStep[],
    next: PlannedStep,
    dependsOn: readonly Resource[],
  ): Resource {
    const step = done.at(-1);
    if (step === undefined) throw new RangeError(`a step of ${plan.name} that follows none`);
    const { owner, title, timeoutSeconds, pauseSeconds } = step;
    const clusters = done.flatMap((each) => each.clusters);
    const gate = {
      ...{ title, timeoutSeconds, ...(pauseSeconds === undefined ? {} : { pauseSeconds }) },
      // Of all of the application: where anything of it changes, the clusters before must be well at that time.
      digest: digestWithout(plan, digestOf([plan.digest, ...clusters].join("\n"))),
      guarded: done.flatMap((each) => each.objects),
      next: stagesOf(next.objects)[0]?.objects ?? [],
      missing: missingOf(plan, done),
    };
    return steps.gates.create(owner, gate, { parent: this, dependsOn });
  }

  /** Creates the objects, with a gate behind each stage that something follows; returns what stands at the end. */
  #createStages(args: ApplicationArgs, step: PlannedStep, before: readonly Resource[]): readonly Resource[] {
    const { providers, steps, stillOn = new Set(), addons = new Map<string, Resource>() } = args;
    const stages = stagesOf(step.objects);
    const followed = hooksOf(step, "post-deploy").length > 0;
    const { timeoutSeconds } = step;
    return stages.reduce((after, stage, at) => {
      const next = stages[at + 1];
      const common = { providers, stillOn, after, timeoutSeconds, ...steps };
      const afterOn = new Map([...addons].filter(([cluster]) => !stages.slice(0, at).some(isOn(cluster))));
      const objects = createObjects(this, stage.objects, { ...common, afterOn });
      return next === undefined && !followed ? objects : [this.#gate(step, [stage, next], steps, objects)];
    }, before);
  }

  #gate(
    { owner, title, timeoutSeconds }: PlannedStep,
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

function addonsOf({ clusters }: PlannedStep, addons: ReadonlyMap<string, Resource>): readonly Resource[] {
  return clusters.flatMap((cluster) => addons.get(cluster) ?? []);
}

function stageDigest(objects: readonly PlannedObject[]): string {
  return applicationDigest({ objects, hooks: [] });
}

/** A gate that was passed without some clusters is to be passed again once they are there. */
function digestWithout({ unreachable = [] }: ApplicationPlan, digest: string, more: readonly string[] = []): string {
  const without = [...unreachable, ...more];
  return without.length === 0 ? digest : digestOf([digest, "without", ...without].join("\n"));
}

/**
 * Clusters without which steps are not over. An application that is updated everywhere at once goes on without those that
 * cannot be reached, if there are any others.
 */
function missingOf(plan: ApplicationPlan, steps: readonly PlannedStep[]): readonly string[] {
  const { unreachable = [], rollout, clusters } = plan;
  if (clusters.length === 0) return unreachable;
  if (rollout === undefined) return [];
  return unreachable.filter((cluster) => steps.some((step) => step.clusters.includes(cluster)));
}

function ownerName(application: string): string {
  return `application/${application}`;
}
