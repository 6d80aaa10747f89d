import { DriftlessError } from "../../core/errors/error.ts";
import type { EnvironmentSpec } from "../../core/environment/spec.ts";
import type { Finding } from "../../core/errors/finding.ts";
import type { EnvironmentPlan } from "../../core/plan/plan.ts";
import { applicationOf } from "../../core/plan/identity.ts";
import { violationFindings } from "../policy/policy.ts";
import { withPacks } from "../policy/session.ts";
import type { Session } from "../session.ts";
import { computeEnvironment } from "../work.ts";

/** How many rules a tenant breaks. */
export interface TenantViolations {
  readonly mandatory: number;
  readonly advisory: number;
}

/** What an environment's own checks and its packs say of its tenants. */
export interface FoundViolations {
  /** By tenant; a tenant that breaks nothing is not in it. */
  readonly byTenant: ReadonlyMap<string, TenantViolations>;
  /** What could not be found out, or belongs to no tenant. */
  readonly findings: readonly Finding[];
  /** Absent where there is none: it may not be carried out. */
  readonly plan?: EnvironmentPlan;
}

/** Plans an environment and asks its packs; what keeps it from being planned counts for the tenants that it is about. */
export async function findViolations(session: Session, env: string, spec: EnvironmentSpec): Promise<FoundViolations> {
  try {
    return await withPacks(session, env, async (opening) => {
      const computed = await computeEnvironment(session, env);
      const policy = await opening;
      const { violations } = await policy.checkPlan(computed);
      const counted = violations.map(({ owner, level }) => ({
        tenant: tenantOf(owner, computed.environment.spec),
        level,
      }));
      const rest = violations.filter((_, at) => counted[at]?.tenant === undefined);
      return { byTenant: count(counted), findings: violationFindings(rest), plan: computed.plan };
    });
  } catch (error) {
    if (!(error instanceof DriftlessError) || error.code === "INTERRUPTED") throw error;
    const named = error.findings.map((finding) => ({
      finding,
      tenant: tenantNamed(finding, spec),
      level: "mandatory" as const,
    }));
    const rest = named.filter(({ tenant }) => tenant === undefined).map(({ finding }) => finding);
    return { byTenant: count(named), findings: rest };
  }
}

function tenantOf(owner: string, spec: EnvironmentSpec): string | undefined {
  const application = applicationOf(owner);
  return application === undefined ? /^tenant\/(.+)$/.exec(owner)?.[1] : spec.applications[application]?.tenant;
}

/** Findings about an application begin with its name. */
function tenantNamed({ message }: Finding, spec: EnvironmentSpec): string | undefined {
  const name = /^Application "([a-z0-9-]+)"/.exec(message)?.[1];
  return name === undefined ? undefined : spec.applications[name]?.tenant;
}

function count(
  found: readonly { readonly tenant: string | undefined; readonly level: "mandatory" | "advisory" }[],
): ReadonlyMap<string, TenantViolations> {
  const counts = new Map<string, { mandatory: number; advisory: number }>();
  for (const { tenant, level } of found) {
    if (tenant === undefined) continue;
    const known = counts.get(tenant) ?? { mandatory: 0, advisory: 0 };
    known[level] += 1;
    counts.set(tenant, known);
  }
  return counts;
}
