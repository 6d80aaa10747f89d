import type { SetMember } from "./fan-out/expand-set.ts";
import type { EnvironmentDocument } from "./schema/index.ts";

/** An environment with every default and inherited value filled in, and every reference inside it known to hold. */
export interface EnvironmentSpec {
  readonly name: string;
  readonly source: SourceSpec;
  readonly clusters: Readonly<Record<string, ClusterSpec>>;
  readonly tenants: Readonly<Record<string, TenantSpec>>;
  readonly applications: Readonly<Record<string, ApplicationSpec>>;
  /** Applications that every other one on the same cluster waits for; their names, as written. */
  readonly addons: readonly string[];
  /** As written; what they make is among `applications`. */
  readonly applicationSets: EnvironmentDocument["applicationSets"];
  /** Which applications sets made, by name, and of what. */
  readonly members: Readonly<Record<string, SetMember>>;
  readonly policy: EnvironmentDocument["policy"];
  readonly healthChecks: EnvironmentDocument["healthChecks"];
  readonly safety: EnvironmentDocument["safety"];
  readonly approvals: EnvironmentDocument["approvals"];
  readonly delivery: EnvironmentDocument["delivery"];
  /** The steps of applications that have none of their own; none: all clusters at once. */
  readonly rollout: EnvironmentDocument["rollout"];
  /** For everything in the environment; those of applications have these in front of their own rules. */
  readonly drift: DriftSpec;
  readonly forges: ForgesSpec;
  /** Undefined where nothing is promoted to it. */
  readonly promotion: PromotionSpec | undefined;
  /** Undefined where nothing is said of how newer images get to it. */
  readonly imageUpdates: EnvironmentDocument["imageUpdates"];
}

/** The forges of repositories, by host. */
export type ForgesSpec = Readonly<EnvironmentDocument["forges"]>;
/** How changes get to an environment from another one. */
export type PromotionSpec = Readonly<NonNullable<EnvironmentDocument["promotion"]>>;
/** Which versions of an image an application takes. */
export type ImagePolicy = Readonly<NonNullable<EnvironmentDocument["applications"][string]["images"]>[string]>;
/** What counts as drift, and what is done about it. */
export type DriftSpec = Readonly<EnvironmentDocument["drift"]>;
export type SourceSpec = Readonly<EnvironmentDocument["source"]>;
type ClusterDocument = EnvironmentDocument["clusters"][string];
type EksClusterDocument = Extract<ClusterDocument, { readonly eks: unknown }>;
/** A cluster that a kubeconfig leads to. */
export type KubeconfigClusterSpec = Exclude<ClusterDocument, { readonly eks: unknown }>;
/** An EKS cluster that exists. */
export type ExistingEksSpec = Extract<EksClusterDocument["eks"], { readonly existing: unknown }>;
/** An EKS cluster that Driftless makes; `name` is filled in. */
export type EksSpec = Exclude<EksClusterDocument["eks"], { readonly existing: unknown }> & { readonly name: string };
/** A cluster on EKS. */
export type EksClusterSpec = Omit<EksClusterDocument, "eks"> & { readonly eks: EksSpec | ExistingEksSpec };
export type ClusterSpec = KubeconfigClusterSpec | EksClusterSpec;
/** A tenant; `clusters` is filled in. */
export type TenantSpec = Readonly<Omit<EnvironmentDocument["tenants"][string], "clusters">> & {
  readonly clusters: readonly string[];
};
/** An application; `clusters`, `namespace` and what `drift` and `rollout` leave to the environment are filled in. */
export type ApplicationSpec = Readonly<
  Omit<EnvironmentDocument["applications"][string], "clusters" | "drift" | "rollout">
> & {
  readonly drift: DriftSpec;
  readonly rollout: EnvironmentDocument["rollout"];
  readonly clusters: readonly string[];
  readonly namespace: string;
};
