import type { ClusterSpec } from "../environment/spec.ts";
import type { EnvironmentPlan, PlannedHook, PlannedObject } from "../plan/plan.ts";
import { canonicalJson } from "../manifest/json.ts";
import { kindGroup, type JsonObject, type Origin } from "../manifest/manifest.ts";
import { fieldPath } from "../plan/path.ts";
import { defaultKubeVersion } from "../render/helm/arguments.ts";
import { SchemaChecker } from "./checker.ts";
import { customSchemas } from "./custom.ts";
import { kubernetesSchemas } from "./kubernetes/schemas.ts";
import type { SchemaProblem } from "./problem.ts";

/** A field of a planned object that is not what its schema says. */
export interface SchemaMistake extends SchemaProblem {
  /** Name of the resource, on the first of the clusters that have it. */
  readonly object: string;
  /** `application/<name>` or `tenant/<name>`. */
  readonly owner: string;
  readonly origin?: Origin | undefined;
  /** The field as messages write it. */
  readonly field: string;
}

/** What a check of a plan against schemas says. */
export interface SchemaCheck {
  /** Objects and hooks that were looked at, on each cluster. */
  readonly objects: number;
  /** Releases of Kubernetes that they were checked against, such as `1.36`. */
  readonly versions: readonly string[];
  readonly mistakes: readonly SchemaMistake[];
  /** Kinds that neither Kubernetes nor a definition in the source defines, and how many objects of each were not checked. */
  readonly unchecked: Readonly<Record<string, number>>;
}

type Planned = Pick<PlannedObject | PlannedHook, "resourceName" | "cluster" | "object" | "origin">;

/**
 * Checks every object of a plan against the schemas of its cluster's Kubernetes and of the CustomResourceDefinitions that
 * the plan holds. No cluster is asked; a cluster of an unknown version counts as the newest that charts see.
 */
export async function checkSchemas({ clusters, tenants, applications }: EnvironmentPlan): Promise<SchemaCheck> {
  const owned = [
    ...tenants.flatMap(({ name, objects }) => objects.map((planned) => ({ owner: `tenant/${name}`, planned }))),
    ...applications.flatMap(({ name, objects, hooks }) =>
      [...objects, ...hooks].map((planned: Planned) => ({ owner: `application/${name}`, planned })),
    ),
  ];
  const custom = customSchemas(owned.map(({ planned }) => planned.object));
  const versions = new Map(clusters.map(({ name, spec }) => [name, versionOf(spec)] as const));
  const checkers = new Map<string, SchemaChecker>();
  const checked = new Set<string>();
  for (const version of new Set(versions.values())) {
    const checker = await checkerOf(version, custom);
    checked.add(checker.version);
    checkers.set(version, checker);
  }
  const mistakes = new Map<string, SchemaMistake>();
  const unchecked = new Map<string, number>();
  for (const { owner, planned } of owned) {
    const { resourceName, cluster, object, origin } = planned;
    const verdict = checkers.get(versions.get(cluster) ?? "")?.check(object) ?? "unknown";
    if (verdict === "unknown") {
      const kind = kindGroup(object);
      unchecked.set(kind, (unchecked.get(kind) ?? 0) + 1);
      continue;
    }
    for (const problem of verdict) {
      const field = fieldPath(problem.path);
      const key = JSON.stringify([owner, resourceName.slice(cluster.length), field, problem.what]);
      if (!mistakes.has(key)) mistakes.set(key, { ...problem, object: resourceName, owner, origin, field });
    }
  }
  return {
    objects: owned.length,
    versions: [...checked],
    mistakes: [...mistakes.values()],
    unchecked: Object.fromEntries(unchecked),
  };
}

/** To compile schemas takes longer than to check a plan with them: the last few checkers stay. */
const checkersKnown = new Map<string, SchemaChecker>();
const mostCheckers = 4;

async function checkerOf(version: string, custom: ReadonlyMap<string, JsonObject>): Promise<SchemaChecker> {
  const key = canonicalJson([version, Object.fromEntries(custom)]);
  const known = checkersKnown.get(key) ?? new SchemaChecker(await kubernetesSchemas(version), custom);
  checkersKnown.delete(key);
  checkersKnown.set(key, known);
  for (const oldest of checkersKnown.keys()) if (checkersKnown.size > mostCheckers) checkersKnown.delete(oldest);
  return known;
}

/** What the document says of it, in the words of the cluster or of EKS. */
function versionOf(spec: ClusterSpec): string {
  const made = "eks" in spec && !("existing" in spec.eks) ? spec.eks.version : undefined;
  return spec.kubernetes?.version ?? made ?? defaultKubeVersion;
}
