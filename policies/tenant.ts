import { record } from "../core/manifest/json.ts";
import { tenantOfNamespace, type EnvironmentFacts } from "../core/policy/facts.ts";
import type { Subject } from "./subject.ts";

/** What is known of a tenant, with its name. */
export type TenantFacts = EnvironmentFacts["tenants"][string] & { readonly name: string };

/** The tenant that an object belongs to, by its owner, else by its namespace; undefined where nothing says it. */
export function tenantOf(subject: Subject, environment: EnvironmentFacts): TenantFacts | undefined {
  const namespace = record(subject.object["metadata"])["namespace"];
  const name =
    subject.tenant ??
    own(environment.applications, subject.application)?.tenant ??
    (typeof namespace === "string" ? tenantOfNamespace(environment, subject.cluster, namespace) : undefined);
  const facts = own(environment.tenants, name);
  return name === undefined || facts === undefined ? undefined : { ...facts, name };
}

function own<Value>(members: Readonly<Record<string, Value>>, key: string | undefined): Value | undefined {
  return key !== undefined && Object.hasOwn(members, key) ? members[key] : undefined;
}
