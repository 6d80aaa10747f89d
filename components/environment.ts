import { ComponentResource, type ComponentResourceOptions, type ProviderResource, type Resource } from "@pulumi/pulumi";
import { componentTypes } from "../core/plan/identity.ts";
import type { ApplicationPlan, EnvironmentPlan, TenantPlan } from "../core/plan/plan.ts";
import { Application } from "./application.ts";
import { Cluster, type ClusterArgs } from "./cluster.ts";
import type { Providers } from "./object.ts";
import { Tenant } from "./tenant.ts";

/** What to make true, and the way to each cluster. */
export interface EnvironmentArgs {
  readonly plan: EnvironmentPlan;
  /** One for every cluster of the plan, by its name. */
  readonly kubeconfigs: ReadonlyMap<string, Pick<ClusterArgs, "kubeconfig" | "context">>;
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
    const providers = this.createClusters(args);
    this.createApplications(plan.applications, providers, this.createTenants(plan.tenants, providers));
    this.environment = plan.environment;
    this.revision = plan.revision;
    this.planDigest = plan.digest;
    this.applications = Object.fromEntries(plan.applications.map((each) => [each.name, output(each, plan.revision)]));
    this.registerOutputs({ revision: plan.revision, planDigest: plan.digest });
  }

  private createClusters({ plan, kubeconfigs }: EnvironmentArgs): Providers {
    const providers = new Map<string, ProviderResource>();
    for (const { name } of plan.clusters) {
      const cluster = { environment: plan.environment, ...lookup(kubeconfigs, name) };
      providers.set(name, new Cluster(name, cluster, { parent: this }).provider);
    }
    return providers;
  }

  private createTenants(plans: readonly TenantPlan[], providers: Providers): ReadonlyMap<string, Resource> {
    return new Map(
      plans.map((plan) => [plan.name, new Tenant(plan.name, { plan, providers }, { parent: this }).ready]),
    );
  }

  private createApplications(
    plans: readonly ApplicationPlan[],
    providers: Providers,
    tenants: ReadonlyMap<string, Resource>,
  ): void {
    const awaited = new Set(plans.flatMap((plan) => plan.dependsOn));
    const ready = new Map<string, Resource>();
    for (const plan of plans) {
      const after = [lookup(tenants, plan.tenant), ...plan.dependsOn.map((name) => lookup(ready, name))];
      const args = { plan, providers, after, awaited: awaited.has(plan.name) };
      const application = new Application(plan.name, args, { parent: this });
      if (application.ready !== undefined) ready.set(plan.name, application.ready);
    }
  }
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
