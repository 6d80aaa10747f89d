import { createHash } from "node:crypto";
import type { Json, KubernetesObject } from "../manifest/manifest.ts";
import { canonicalJson, plainJson } from "../manifest/json.ts";
import type { ApplicationPlan, EnvironmentPlan, PlannedHook, PlannedObject } from "./plan.ts";

/** `sha256:<hex>` of a text. */
export function digestOf(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

/** Objects that run on several clusters are one record: each is written out and hashed once. */
const known = new WeakMap<KubernetesObject, string>();

function objectDigest(object: KubernetesObject): string {
  const digest = known.get(object) ?? digestOf(canonicalJson(object));
  known.set(object, digest);
  return digest;
}

/** Digest of objects: how, where and when each is applied; their origins and the commit do not matter. */
function objectsDigest(objects: readonly PlannedObject[]): string {
  return digestOf(
    objects
      .map(({ resourceName, wave, object, settings }) =>
        [resourceName, wave, objectDigest(object), canonicalJson(plainJson(settings))].join("\0"),
      )
      .join("\n"),
  );
}

/** Digest of what an application consists of. */
export function applicationDigest({ objects, hooks }: Pick<ApplicationPlan, "objects" | "hooks">): string {
  return digestOf([objectsDigest(objects), ...hooks.map(hookText)].join("\n"));
}

function hookText({ resourceName, phase, wave, deletePolicies, object }: PlannedHook): string {
  return [resourceName, phase, wave, deletePolicies.join(","), objectDigest(object)].join("\0");
}

/** Digests of parts of a plan. They say what differs between two plans, as the digest of the whole does not. */
export interface PlanParts {
  /** What its tenants and applications consist of. */
  readonly objects: string;
  readonly policy: string;
}

/** See `PlanParts`; both parts are in the digest of the whole, too. */
export function planParts(plan: Pick<EnvironmentPlan, "tenants" | "applications" | "policy">): PlanParts {
  const tenants = plan.tenants.map(({ name, objects }) => ({ name, objects: objectsDigest(objects) }));
  const applications = plan.applications.map(({ name, digest }) => ({ name, objects: digest }));
  return {
    objects: digestOf(canonicalJson({ tenants, applications })),
    policy: digestOf(canonicalJson(policyOf(plan))),
  };
}

function policyOf({ policy: { packs, settings, config } }: Pick<EnvironmentPlan, "policy">): Json {
  return { packs: packs.map((pack) => ({ ...pack })), settings, config: plainJson(config) };
}

/**
 * Digest of a whole plan: commit, objects, policy, and whatever else decides what a run does and where (clusters,
 * order, time allowed, how health is judged). What a review approved is what carries the same digest.
 */
export function planDigest(plan: Omit<EnvironmentPlan, "digest">): string {
  const content: Json = {
    environment: plan.environment,
    revision: plan.revision,
    // Labels choose applications, which are in here themselves.
    clusters: plan.clusters.map(({ name, spec }) => ({ name, spec: plainJson({ ...spec, labels: undefined }) })),
    tenants: plan.tenants.map((tenant) => ({ name: tenant.name, objects: objectsDigest(tenant.objects) })),
    applications: plan.applications.map((application) => ({
      name: application.name,
      tenant: application.tenant,
      ...(application.deployer === undefined ? {} : { deployer: application.deployer }),
      ...(application.addon === undefined ? {} : { addon: true }),
      dependsOn: application.dependsOn,
      timeoutSeconds: application.timeoutSeconds,
      ...(application.timeouts === undefined ? {} : { timeouts: plainJson(application.timeouts) }),
      ...(application.rollout === undefined ? {} : { rollout: plainJson(application.rollout) }),
      objects: application.digest,
    })),
    // An environment without any keeps the digest that it had before there were any.
    ...(plan.healthChecks.length === 0 ? {} : { healthChecks: plan.healthChecks.map((check) => plainJson(check)) }),
    policy: policyOf(plan),
  };
  return digestOf(canonicalJson(content));
}
