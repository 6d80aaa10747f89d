import { record } from "../manifest/json.ts";
import type { JsonObject } from "../manifest/manifest.ts";
import { componentTypes, resourceType } from "../plan/identity.ts";
import type { EnvironmentPlan, PlannedHook, PlannedObject } from "../plan/plan.ts";
import { hookName, stepType } from "../plan/step-name.ts";

/** A resource as packs see it. */
export interface PolicyResource {
  /** Pulumi type. */
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly props: JsonObject;
  /** URN. */
  readonly parent?: string;
}

/** A resource of a plan. */
export interface PlannedResource extends PolicyResource {
  /** The object that it is or, for a hook, that it holds; absent for components. */
  readonly planned?: PlannedObject | PlannedHook;
  /** `application/<name>` or `tenant/<name>`; absent for what belongs to none. */
  readonly owner?: string;
}

interface Place {
  readonly urn: string;
  /** Types of its parents and its own, as URNs hold them. */
  readonly types: string;
}

/**
 * The resources that the program registers for a plan, as the engine shows them to packs: components, objects and hooks.
 * Left out is what no rule can be about: providers, and the gates between waves. Annotations that only the provider reads
 * are no part of the plan, and not shown.
 * @param project Name in Pulumi.yaml.
 */
export function policyResources(plan: EnvironmentPlan, project: string): readonly PlannedResource[] {
  const { environment } = plan;
  const prefix = `urn:pulumi:${environment}::${project}::`;
  const urnOf = (types: string, name: string): string => `${prefix}${types}::${name}`;
  const stack = urnOf("pulumi:pulumi:Stack", `${project}-${environment}`);
  const resources: PlannedResource[] = [
    { type: "pulumi:pulumi:Stack", name: `${project}-${environment}`, urn: stack, props: {} },
  ];
  const component = (type: string, name: string, parent: Place): Place => {
    const types = parent.types === "" ? type : `${parent.types}$${type}`;
    const urn = urnOf(types, name);
    resources.push({ type, name, urn, props: {}, parent: parent.urn });
    return { urn, types };
  };
  const add = (
    type: string,
    name: string,
    props: JsonObject,
    { parent, ...rest }: Pick<PlannedResource, "planned" | "owner"> & { readonly parent: Place },
  ): void => {
    resources.push({ type, name, urn: urnOf(`${parent.types}$${type}`, name), props, parent: parent.urn, ...rest });
  };

  const root = component(componentTypes.environment, environment, { urn: stack, types: "" });
  for (const { name } of plan.clusters) component(componentTypes.cluster, name, root);
  for (const { name, objects } of plan.tenants) {
    const parent = component(componentTypes.tenant, name, root);
    for (const planned of objects) {
      const { object, resourceName } = planned;
      add(resourceType(object), resourceName, object, { parent, planned, owner: `tenant/${name}` });
    }
  }
  for (const { name, objects, hooks, digest, timeoutSeconds } of plan.applications) {
    const owner = `application/${name}`;
    const parent = component(componentTypes.application, name, root);
    for (const planned of objects) {
      const { object, resourceName } = planned;
      add(resourceType(object), resourceName, object, { parent, planned, owner });
    }
    for (const planned of hooks) {
      const runs = planned.phase === "pre-deploy" || planned.phase === "post-deploy";
      const { cluster, phase, deletePolicies, object, resourceName } = planned;
      const input = { ...(runs ? { digest } : {}), timeoutSeconds, cluster, phase, deletePolicies, object };
      add(stepType, hookName(name, phase, resourceName), { input }, { parent, planned, owner });
    }
  }
  return resources;
}

/** The Kubernetes object of a resource: itself, or what it holds as a hook; undefined for anything else. */
export function objectOf({ type, props }: PolicyResource): JsonObject | undefined {
  if (type.startsWith("kubernetes:")) return props;
  const { object } = type === stepType ? record(props["input"]) : {};
  return object === undefined ? undefined : record(object);
}
