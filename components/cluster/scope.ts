import type { CustomResourceOptions, ProviderResource, Resource, ResourceHookBinding } from "@pulumi/pulumi";
import type { EksPlan } from "../../core/eks/plan.ts";

/** What all parts of an EKS cluster have in common. */
export interface EksScope {
  readonly plan: EksPlan;
  /** Name of the resource of a part: `<cluster>/<part>`. It is an identity: another name is another resource. */
  name(part: string): string;
  /** Tags of what people see in a list by its name. */
  named(part: string): Record<string, string>;
  readonly options: CustomResourceOptions;
}

/** How the parts of a cluster may go. */
export interface PartsLeave {
  /** Whether they stay at AWS where they are deleted. Default: false. */
  readonly keep?: boolean | undefined;
  /** Asked before one of them is deleted. */
  readonly hooks: ResourceHookBinding;
}

/** The scope of the parts below a component. */
export function scopeOf(
  plan: EksPlan,
  parent: Resource,
  provider: ProviderResource,
  { keep = false, hooks }: PartsLeave,
): EksScope {
  return {
    plan,
    name: (part) => `${plan.cluster}/${part}`,
    named: (part) => ({ ...plan.tags, Name: `${plan.name}-${part}` }),
    options: { parent, provider, retainOnDelete: keep, hooks },
  };
}
