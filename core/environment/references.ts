import { quote } from "../errors/quote.ts";
import { findCycles } from "./cycle.ts";
import { isName } from "./formats.ts";
import type { ApplicationOutline, Outline, TenantOutline, Text } from "./outline.ts";
import type { Problem } from "./problem.ts";
import { checkSource } from "./source-rules.ts";
import { enumerate } from "./text.ts";
import { unknownNames, type FindUnknown } from "./unknown-name.ts";

/** Checks what no single field can tell: that names exist, fit together, and belong to those who use them. */
export function checkReferences(outline: Outline, environment: string): readonly Problem[] {
  const unknown = unknownNames();
  return [
    ...checkName(outline, environment),
    ...checkSource(outline),
    ...checkClusters(outline),
    ...[...(outline.tenants?.values() ?? [])].flatMap((tenant) => checkTenant(tenant, outline, unknown)),
    ...checkOwners(outline),
    ...[...outline.applications.values()].flatMap((application) => checkApplication(application, outline, unknown)),
    ...checkAddons(outline, unknown),
    ...checkCycles(outline),
  ];
}

/** An add-on comes before everything else, and so cannot wait for anything else. */
function checkAddons({ addons, applications, isOpen }: Outline, unknown: FindUnknown): readonly Problem[] {
  const names = new Set(addons.map(({ value }) => value));
  return addons.flatMap((addon) => {
    const application = applications.get(addon.value);
    if (application === undefined) return unknown("application", addon, isOpen ? undefined : applications);
    return application.dependsOn
      .filter(({ value }) => applications.has(value) && !names.has(value))
      .map((dependency) => {
        const message = `The add-on ${quote(application.name)} would wait for ${quote(dependency.value)}, which waits for add-ons itself.`;
        return invalid(dependency, message, `Remove it, or add ${quote(dependency.value)} to \`addons\`.`);
      });
  });
}

/** Namespaces that a cluster needs for itself, or that belong to nobody. */
const reservedNamespaces: ReadonlySet<string> = new Set(["default", "kube-node-lease", "kube-public", "kube-system"]);

function checkName({ name }: Outline, environment: string): readonly Problem[] {
  if (name === undefined || name.value === environment || !isName(name.value)) return [];
  const message = `The document calls itself ${quote(name.value)}, but its file is named for ${quote(environment)}.`;
  return [invalid(name, message, `Write \`name: ${environment}\`, or rename the file.`)];
}

function checkClusters({ clusters }: Outline): readonly Problem[] {
  if (clusters === undefined || clusters.size > 0) return [];
  const fix = "Add one, such as `main: { kubeconfig: {} }` or `main: { local: { name: dev } }`.";
  return [{ code: "CONFIG_INVALID", path: ["clusters"], message: "The environment has no cluster.", fix }];
}

function checkTenant(tenant: TenantOutline, { clusters, tenants }: Outline, unknown: FindUnknown): readonly Problem[] {
  const reserved = tenant.namespaces
    .filter((namespace) => reservedNamespaces.has(namespace.value))
    .map((namespace) =>
      invalid(namespace, `The namespace ${quote(namespace.value)} belongs to the cluster.`, "Give the tenant its own."),
    );
  return [
    ...reserved,
    ...(tenant.clusters ?? []).flatMap((cluster) => unknown("cluster", cluster, clusters)),
    ...tenant.sharedWith.flatMap((other) => unknown("tenant", other, tenants)),
  ];
}

/** Two tenants must not own one namespace where both are: each would undo what the other allows. */
function checkOwners({ tenants, clusters }: Outline): readonly Problem[] {
  const owners = new Map<string, string>();
  const problems: Problem[] = [];
  for (const tenant of tenants?.values() ?? []) {
    const used = new Set(tenant.clusters?.map((cluster) => cluster.value) ?? clusters ?? []);
    for (const namespace of tenant.namespaces) {
      const rivals = new Map<string, string>();
      for (const cluster of used) {
        const owner = owners.get(`${cluster}/${namespace.value}`);
        if (owner === undefined) owners.set(`${cluster}/${namespace.value}`, tenant.name);
        else if (owner !== tenant.name && !rivals.has(owner)) rivals.set(owner, cluster);
      }
      for (const [owner, cluster] of rivals) {
        const message = `The namespace ${quote(namespace.value)} on cluster ${quote(cluster)} belongs to tenant ${quote(owner)}.`;
        problems.push(invalid(namespace, message, "Give it to one tenant, or keep the two on different clusters."));
      }
    }
  }
  return problems;
}

function checkApplication(application: ApplicationOutline, outline: Outline, unknown: FindUnknown): readonly Problem[] {
  const { tenants, clusters, applications } = outline;
  const tenant = application.tenant === undefined ? undefined : tenants?.get(application.tenant.value);
  return [
    ...(application.tenant === undefined ? [] : unknown("tenant", application.tenant, tenants)),
    ...(application.clusters ?? []).flatMap((cluster) => {
      const missing = unknown("cluster", cluster, clusters);
      return missing.length > 0 ? missing : outsideTenant(cluster, tenant);
    }),
    ...foreignNamespace(application, tenant),
    ...application.dependsOn.flatMap((dependency) => [
      ...unknown("application", dependency, outline.isOpen ? undefined : applications),
      ...unshared(dependency, application, outline),
    ]),
    ...application.sharedWith.flatMap((other) => unknown("tenant", other, tenants)),
  ];
}

/** An application of another tenant, which shares neither it nor all that it has: whoever waits for it learns how it is doing. */
function unshared(dependency: Text, { tenant: own }: ApplicationOutline, outline: Outline): readonly Problem[] {
  const needed = outline.applications.get(dependency.value);
  const owner = needed?.tenant === undefined ? undefined : outline.tenants?.get(needed.tenant.value);
  if (needed === undefined || owner === undefined || own === undefined || owner.name === own.value) return [];
  // A tenant that does not exist is a problem of its own.
  if (outline.tenants?.has(own.value) !== true) return [];
  if ([...needed.sharedWith, ...owner.sharedWith].some(({ value }) => value === "*" || value === own.value)) return [];
  const message = `The application ${quote(needed.name)} belongs to tenant ${quote(owner.name)}, which does not share it with ${quote(own.value)}.`;
  const fix = `Remove it, or have it shared: \`applications.${needed.name}.sharedWith: [${own.value}]\`.`;
  return [{ code: "SCOPE_DENIED", path: dependency.path, message, fix }];
}

function outsideTenant(cluster: Text, tenant: TenantOutline | undefined): readonly Problem[] {
  if (tenant?.clusters === undefined || tenant.clusters.some(({ value }) => value === cluster.value)) return [];
  const message = `The tenant ${quote(tenant.name)} does not use the cluster ${quote(cluster.value)}.`;
  const fix = `Add it to \`tenants.${tenant.name}.clusters\`, or choose from ${list(tenant.clusters)}.`;
  return [invalid(cluster, message, fix)];
}

function foreignNamespace({ namespace }: ApplicationOutline, tenant: TenantOutline | undefined): readonly Problem[] {
  const owned = tenant?.namespaces ?? [];
  if (namespace === undefined || tenant === undefined || owned.length === 0) return [];
  if (owned.some(({ value }) => value === namespace.value)) return [];
  const message = `The namespace ${quote(namespace.value)} does not belong to tenant ${quote(tenant.name)}.`;
  const fix = `Choose from ${list(owned)}, or add it to \`tenants.${tenant.name}.namespaces\`.`;
  return [invalid(namespace, message, fix)];
}

function checkCycles({ applications }: Outline): readonly Problem[] {
  const edges = new Map(
    [...applications].map(([name, { dependsOn }]) => [name, dependsOn.map(({ value }) => value)] as const),
  );
  return findCycles(edges).map((cycle) => {
    const [first = "", second = first] = cycle;
    const edge = applications.get(first)?.dependsOn.find(({ value }) => value === second);
    return {
      code: "DEPENDENCY_CYCLE",
      path: edge?.path ?? ["applications", first, "dependsOn"],
      message: `Applications wait for each other: ${[...cycle, first].join(" → ")}.`,
      fix: "Remove one of these dependencies.",
    };
  });
}

function list(texts: readonly Text[]): string {
  return enumerate(texts.map(({ value }) => value));
}

function invalid(text: Text, message: string, fix: string): Problem {
  return { code: "CONFIG_INVALID", path: text.path, message, fix };
}
