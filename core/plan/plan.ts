import type { SetMember } from "../environment/fan-out/expand-set.ts";
import type { Batch } from "../environment/rollout.ts";
import type { ClusterSpec } from "../environment/spec.ts";
import type { HealthCheckSpec } from "../health/custom.ts";
import type { KubernetesObject, Origin } from "../manifest/manifest.ts";
import type { RendererName } from "../render/renderer.ts";
import type { Deployer } from "./deployer.ts";
import type { HookDeletePolicy, HookPhase } from "./hooks/phase.ts";
import type { ObjectSettings } from "./settings.ts";

/**
 * Everything that a run will make true, and nothing that it would have to ask for: the centre of Driftless.
 * Pure data, ordered, so that equal inputs give equal bytes.
 */
export interface EnvironmentPlan {
  readonly environment: string;
  /** The pinned commit: full id. */
  readonly revision: string;
  /**
   * `sha256:<hex>` over the revision, every object and hook, how, where and when it is applied, the order, the time allowed,
   * the health checks and the policy with its settings. Equal digests mean the same change. Lines of origins do not count.
   */
  readonly digest: string;
  readonly clusters: readonly ClusterPlan[];
  readonly tenants: readonly TenantPlan[];
  /** In dependency order; ties by name. */
  readonly applications: readonly ApplicationPlan[];
  readonly policy: PolicyPlan;
  /** How kinds are judged that the built-in checks do not know. */
  readonly healthChecks: readonly HealthCheckSpec[];
}

export interface ClusterPlan {
  readonly name: string;
  readonly spec: ClusterSpec;
}

export interface TenantPlan {
  readonly name: string;
  readonly clusters: readonly string[];
  /** Absent: its applications are applied with the environment's own credentials. */
  readonly deployer?: Deployer;
  readonly objects: readonly PlannedObject[];
}

export interface ApplicationPlan {
  readonly name: string;
  readonly tenant: string;
  /** User name of RBAC that its objects and hooks are applied as. Absent: with the environment's own credentials. */
  readonly deployer?: string;
  /** The application set that made it, and of what; absent for one that the document names. No part of the digest. */
  readonly madeBy?: SetMember;
  readonly clusters: readonly string[];
  /** True for one that comes before all others on each of its clusters. Absent: it waits for those that do. */
  readonly addon?: true;
  readonly dependsOn: readonly string[];
  readonly renderer: RendererName;
  /** Folder, relative to the root of the source. */
  readonly path: string;
  /** Seconds that the objects of one wave may take to become healthy. */
  readonly timeoutSeconds: number;
  /** The same on clusters where it is another; absent where it is nowhere. */
  readonly timeouts?: Readonly<Record<string, number>>;
  /** Its clusters in the order in which they are updated; absent where all are updated at once. */
  readonly rollout?: readonly Batch[];
  /** Clusters of it that this run leaves out, because they cannot be reached; absent where there are none. */
  readonly unreachable?: readonly string[];
  /** `sha256:<hex>` over its objects and hooks, with their waves and all else that annotations ask for. Hooks run once for each. */
  readonly digest: string;
  /** By wave, then by cluster; within a wave what others need comes first. */
  readonly objects: readonly PlannedObject[];
  /** By phase, then by wave and cluster. An object that runs in two phases is two hooks. */
  readonly hooks: readonly PlannedHook[];
}

/** One object on one cluster. */
export interface PlannedObject {
  /** Name of its Pulumi resource, `<cluster>/<namespace or _>/<Kind.group>/<name>`: its identity, see `identity.ts`. */
  readonly resourceName: string;
  readonly cluster: string;
  /** Smaller waves are healthy before larger ones begin. Default: 0. */
  readonly wave: number;
  /** What the cluster must hold, ownership metadata and image overrides included. */
  readonly object: KubernetesObject;
  /** How it is applied and removed. */
  readonly settings: ObjectSettings;
  /** Absent for objects that Driftless writes itself (tenants). */
  readonly origin?: Origin;
}

/** An object that is to run at a point of a delivery rather than to exist. */
export interface PlannedHook {
  /** Identity of its object, as that of any other: `<cluster>/<namespace or _>/<Kind.group>/<name>`. */
  readonly resourceName: string;
  readonly cluster: string;
  readonly phase: HookPhase;
  /** Order within the phase; hooks of one wave run side by side, each after those that it needs. Default: 0. */
  readonly wave: number;
  /** Never empty. Default: `before-creation`. */
  readonly deletePolicies: readonly HookDeletePolicy[];
  /** What is applied, ownership metadata and image overrides included; it carries `driftless.dev/hook`. */
  readonly object: KubernetesObject;
  readonly origin: Origin;
}

export interface PolicyPlan {
  /** Folders relative to the project, with a digest of what they hold. */
  readonly packs: readonly { readonly path: string; readonly digest: string }[];
  /**
   * `sha256:<hex>` over what else settings are made of: the presets, the exceptions, the rules that may be waived and what
   * rules know of the environment. What a preset says is in the digest of its pack.
   */
  readonly settings: string;
  readonly config: Readonly<Record<string, unknown>>;
}
