import { policy } from "../../../../core/environment/schema/policy.ts";
import type { ApplicationSpec, EnvironmentSpec, TenantSpec } from "../../../../core/environment/spec.ts";
import type { Finding } from "../../../../core/errors/finding.ts";
import type { Json, JsonObject, KubernetesObject, Manifest, Origin } from "../../../../core/manifest/manifest.ts";
import { buildPlan, type PlanInput } from "../../../../core/plan/build.ts";
import type { EnvironmentPlan } from "../../../../core/plan/plan.ts";
import { confirmedKinds } from "../../../../core/plan/settings.ts";

export const revision = "0123456789abcdef0123456789abcdef01234567";

export function network(changes: Partial<TenantSpec["network"]> = {}): TenantSpec["network"] {
  return { ingressFrom: [], egressTo: [], ingressFromAddresses: [], egressToAddresses: [], ...changes };
}

export function allow(changes: Partial<TenantSpec["allow"]> = {}): TenantSpec["allow"] {
  return { clusterKinds: [], namespacedKinds: [], networkPolicies: false, roleBindings: [], ...changes };
}

export function tenant(changes: Partial<TenantSpec> = {}): TenantSpec {
  return {
    namespaces: ["shop"],
    clusters: ["eu"],
    quota: {},
    podSecurity: "restricted",
    network: network(),
    access: { admin: [], edit: [], view: [] },
    sharedWith: [],
    deployAs: "tenant",
    allow: allow(),
    safety: { freeze: [] },
    ...changes,
  };
}

/** Settings of drift as they are by default. */
export function drift(ignore: ApplicationSpec["drift"]["ignore"] = []): ApplicationSpec["drift"] {
  return { ignore, heal: "report", healLimit: { times: 3, per: "1h" } };
}

export function application(changes: Partial<ApplicationSpec> = {}): ApplicationSpec {
  return {
    tenant: "shop",
    clusters: ["eu"],
    namespace: "shop",
    path: "applications/web",
    overrides: [],
    rollout: [],
    dependsOn: [],
    sharedWith: [],
    health: { timeout: "5m" },
    prune: { enabled: true, confirm: [...confirmedKinds], propagation: "foreground" },
    apply: { forceConflicts: false, replace: [] },
    drift: drift(),
    safety: { maxDeletions: "50%", freeze: [] },
    rollback: { onFailure: "none", limit: 1 },
    ...changes,
  };
}

export function environment(changes: Partial<EnvironmentSpec> = {}): EnvironmentSpec {
  return {
    name: "dev",
    source: {
      repo: "https://git.example.com/config.git",
      branch: "main",
      revision,
      path: "environments/dev",
      images: "images.yaml",
      remoteBases: [],
      local: false,
    },
    clusters: { eu: { local: { name: "eu" } } },
    tenants: { shop: tenant() },
    applications: { web: application() },
    addons: [],
    applicationSets: {},
    members: {},
    approvals: { required: 0, from: [], people: {} },
    policy: policy.parse({}),
    healthChecks: [],
    delivery: { continueOnError: true },
    rollout: [],
    drift: drift(),
    safety: { maxDeletions: "10%", freeze: [] },
    forges: {},
    imageUpdates: undefined,
    promotion: undefined,
    ...changes,
  };
}

/** An object; `metadata` beside the name is merged in. */
export function object(
  apiVersion: string,
  kind: string,
  name: string,
  rest: { readonly metadata?: JsonObject; readonly [key: string]: Json | undefined } = {},
): KubernetesObject {
  const fields = Object.entries(rest).filter((field): field is [string, Json] => field[1] !== undefined);
  return { ...Object.fromEntries(fields), apiVersion, kind, metadata: { ...rest.metadata, name } };
}

export function manifest(value: KubernetesObject, origin: Partial<Origin> = {}): Manifest {
  return { object: value, origin: { path: "web.yaml", document: 1, line: 1, ...origin } };
}

export const configMap = (name: string, namespace?: string): KubernetesObject =>
  object("v1", "ConfigMap", name, namespace === undefined ? {} : { metadata: { namespace } });

/** Builds the plan of these manifests by application. */
export function plan(
  rendered: Readonly<Record<string, readonly Manifest[]>>,
  changes: Partial<PlanInput> = {},
): { readonly plan: EnvironmentPlan; readonly findings: readonly Finding[] } {
  return buildPlan({
    spec: environment(),
    locate: (path) => ({ file: "environments/dev.yaml", line: 7, field: path.join(".") }),
    revision,
    rendered: new Map(
      Object.entries(rendered).map(([name, manifests]) => [
        name,
        { renderer: "manifests" as const, manifests, warnings: [], cached: false, files: [], unusedParameters: [] },
      ]),
    ),
    images: {},
    policyPacks: [{ path: "policies", digest: "sha256:0" }],
    ...changes,
  });
}
