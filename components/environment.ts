import {
  ComponentResource,
  Stash,
  type ComponentResourceOptions,
  type ProviderResource,
  type Resource,
  type ResourceHookBinding,
} from "@pulumi/pulumi";
import type { Identities } from "../core/cluster/identity.ts";
import { baselineStashName } from "../core/drift/stash.ts";
import { actingAt, type ActingTenants } from "../core/plan/acting.ts";
import { componentTypes } from "../core/plan/identity.ts";
import type { ApplicationPlan, EnvironmentPlan, TenantPlan } from "../core/plan/plan.ts";
import type { Delivery } from "../live/delivery.ts";
import { createAddonsGate, type AddonsArgs } from "./addons.ts";
import { Application, type ApplicationArgs, type Dependency } from "./application.ts";
import { Cluster, type ClusterAccess, type CreateCluster } from "./cluster/cluster.ts";
import { DeletionLeave } from "./deletion-leave.ts";
import type { Providers } from "./object.ts";
import { createSteps, type Steps } from "./steps.ts";
import { Tenant } from "./tenant.ts";

/** What to make true, and the way to each cluster of the plan. */
export interface EnvironmentArgs {
  readonly plan: EnvironmentPlan;
  /** One for every cluster of the plan, by its name: the way to it, or what makes it. */
  readonly clusters: ReadonlyMap<string, ClusterAccess | CreateCluster>;
  /** Which cluster each name stands for, as far as that is known; the state keeps it. Default: nothing is known. */
  readonly identities?: Identities;
  /** How gates and hooks wait; nothing of it is used in a preview. */
  readonly delivery: Delivery;
  /**
   * Tenants of which something may change. What the others have is left as it is, without a process for each of them.
   * Default: all.
   */
  readonly acting?: ActingTenants | undefined;
  /** Tenants whose deployers have no rights yet, as only a preview may find it: they act as the environment. Default: none. */
  readonly withoutRights?: ActingTenants;
  /** Whether gates wait until what is before them is healthy. Default: true. */
  readonly wait?: boolean;
  /** Kinds and objects whose deletion somebody has confirmed. Default: none. */
  readonly confirmed?: readonly string[];
  /** Whether everything stays on its cluster when it is destroyed. Default: false. */
  readonly orphan?: boolean;
}

/** What the stack says about one application. */
export interface ApplicationOutput {
  /** The commit that it was made from. */
  readonly revision: string;
  readonly digest: string;
  /** Names of its resources: `<cluster>/<namespace or _>/<Kind.group>/<name>`. */
  readonly objects: readonly string[];
}

/** An environment: its clusters, its tenants and its applications, exactly as planned. */
export class Environment extends ComponentResource {
  readonly environment: string;
  readonly revision: string;
  readonly planDigest: string;
  readonly applications: Readonly<Record<string, ApplicationOutput>>;

  constructor(name: string, args: EnvironmentArgs, options?: ComponentResourceOptions) {
    super(componentTypes.environment, name, {}, options);
    const { plan } = args;
    const leave = new DeletionLeave(plan, args.confirmed ?? [], args.orphan);
    const members = membersOf(plan);
    const steps = createSteps(args.delivery, leave, { wait: args.wait, members });
    const clusters = this.createClusters(args, steps.parts.ofParts);
    const tenants = this.createTenants(plan, providersOf(clusters), steps, members);
    this.createApplications(args, clusters, steps, tenants);
    // The command line writes what is in it, into the state; no run changes or shows it: see docs/adr/0010-drift-baseline.md.
    new Stash(baselineStashName, { input: {} }, { parent: this, ignoreChanges: ["input"] });
    this.environment = plan.environment;
    this.revision = plan.revision;
    this.planDigest = plan.digest;
    this.applications = Object.fromEntries(plan.applications.map((each) => [each.name, output(each, plan.revision)]));
    this.registerOutputs({ revision: plan.revision, planDigest: plan.digest });
  }

  private createClusters(
    { plan: { environment, clusters: planned }, clusters, identities }: EnvironmentArgs,
    partHooks: ResourceHookBinding,
  ): ReadonlyMap<string, Cluster> {
    const create = (name: string): Cluster => {
      const args = { environment, access: lookup(clusters, name), partHooks, uid: identities?.get(name) };
      return new Cluster(name, args, { parent: this });
    };
    return new Map(planned.map(({ name }) => [name, create(name)]));
  }

  private createTenants(
    { tenants }: EnvironmentPlan,
    providers: Providers,
    steps: Steps,
    members: ReadonlyMap<string, readonly string[]>,
  ): ReadonlyMap<string, Resource> {
    const create = (plan: TenantPlan): Tenant => {
      const applications = members.get(plan.name) ?? [];
      return new Tenant(plan.name, { plan, providers, steps, applications }, { parent: this });
    };
    return new Map(tenants.map((plan) => [plan.name, create(plan).ready]));
  }

  private createApplications(
    { plan: { applications, tenants: plans }, acting, withoutRights = new Set() }: EnvironmentArgs,
    clusters: ReadonlyMap<string, Cluster>,
    steps: Steps,
    tenants: ReadonlyMap<string, Resource>,
  ): void {
    const members = new Set(applications.map(({ tenant }) => tenant));
    const own = new Map(
      plans
        .filter(({ name }) => members.has(name))
        .map((plan) => [plan.name, tenantWays(plan, { clusters, steps, acting, withoutRights })]),
    );
    const dependants = dependantsOf(applications);
    const known = new Map<string, Dependency>();
    const create = (plan: ApplicationPlan, addons: ReadonlyMap<string, Resource>): Application => {
      const { name } = plan;
      const tenant = lookup(tenants, plan.tenant);
      const dependencies = plan.dependsOn.map((dependency) => lookup(known, dependency));
      const ways = lookup(own, plan.tenant);
      const args = { plan, ...ways, steps, tenant, dependencies, dependants: dependants.get(name) ?? [], addons };
      const component = new Application(name, args, { parent: this });
      known.set(name, { plan, ready: component.ready, on: component.on });
      return component;
    };
    const first = applications
      .filter(({ addon }) => addon === true)
      .map((plan) => ({ plan, component: create(plan, new Map()) }));
    const others = applications.filter(({ addon }) => addon !== true);
    const addons = this.createAddonsGates([...clusters.keys()], { addons: first, others, steps });
    for (const plan of others) create(plan, addons);
  }

  /** By cluster: there when its add-ons are; nothing for a cluster that has none. */
  private createAddonsGates(
    clusters: readonly string[],
    { addons, others, steps }: Omit<AddonsArgs, "parent">,
  ): ReadonlyMap<string, Resource> {
    return new Map(
      clusters.flatMap((cluster) => {
        const here = addons.filter(({ plan }) => plan.clusters.includes(cluster));
        if (here.length === 0) return [];
        const waiting = others.filter((plan) => plan.clusters.includes(cluster));
        const gate = createAddonsGate(cluster, { addons: here, others: waiting, steps, parent: this });
        return [[cluster, gate] as const];
      }),
    );
  }
}

/** What decides how the applications of a tenant reach its clusters. */
interface WayArgs extends Pick<EnvironmentArgs, "acting"> {
  readonly clusters: ReadonlyMap<string, Cluster>;
  readonly steps: Steps;
  readonly withoutRights: ActingTenants;
}

/** How the applications of a tenant reach its clusters, and where they are left as they are. */
function tenantWays(
  { name, clusters: names, deployer }: TenantPlan,
  { clusters, steps, acting, withoutRights }: WayArgs,
): Pick<ApplicationArgs, "providers" | "stillOn"> {
  if (deployer === undefined) return { providers: providersOf(clusters) };
  const still = names.filter((cluster) => acting?.has(actingAt(cluster, name)) === false);
  const stillOn = new Set(still);
  const provider = (cluster: string): ProviderResource =>
    stillOn.has(cluster) || withoutRights.has(actingAt(cluster, name))
      ? lookup(clusters, cluster).provider
      : lookup(clusters, cluster).providerFor(name, deployer.user, steps.still.ofProviders);
  return { providers: new Map(names.map((cluster) => [cluster, provider(cluster)])), stillOn };
}

/** Names of the applications of each tenant. */
function membersOf({ applications }: EnvironmentPlan): ReadonlyMap<string, readonly string[]> {
  const groups = Map.groupBy(applications, ({ tenant }) => tenant);
  return new Map([...groups].map(([tenant, plans]) => [tenant, plans.map(({ name }) => name)]));
}

function providersOf(clusters: ReadonlyMap<string, Cluster>): Providers {
  return new Map([...clusters].map(([name, { provider }]) => [name, provider]));
}

function dependantsOf(plans: readonly ApplicationPlan[]): ReadonlyMap<string, readonly string[]> {
  const pairs = plans.flatMap(({ name, dependsOn }) => dependsOn.map((dependency) => ({ dependency, name })));
  const groups = Map.groupBy(pairs, ({ dependency }) => dependency);
  return new Map([...groups].map(([dependency, group]) => [dependency, group.map(({ name }) => name)]));
}

function output(plan: ApplicationPlan, revision: string): ApplicationOutput {
  return { revision, digest: plan.digest, objects: plan.objects.map(({ resourceName }) => resourceName) };
}

/** The plan holds only names that it defines, in an order in which they are defined. */
function lookup<Value>(map: ReadonlyMap<string, Value>, name: string): Value {
  const value = map.get(name);
  if (value === undefined) throw new Error(`the plan refers to ${name} before it defines it`);
  return value;
}
