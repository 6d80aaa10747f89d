import { DriftlessError } from "../core/errors/error.ts";
import type { Finding } from "../core/errors/finding.ts";
import type { Origin } from "../core/manifest/manifest.ts";
import { nameOfIdentity, parseResourceName } from "../core/plan/identity.ts";
import type { EnvironmentPlan, TenantPlan } from "../core/plan/plan.ts";
import { RunFailed } from "./engine/run-failed.ts";
import { objectText } from "./engine/text.ts";
import type { PreviewResult } from "./engine/types.ts";

/**
 * Runs the engine on a plan. The engine knows the file of an object at most; the plan knows the line too, so changes,
 * violations and errors that name an object get the place that the plan has for it.
 */
export async function withPlannedPlaces<Result extends PreviewResult>(
  plan: EnvironmentPlan,
  run: () => Promise<Result>,
): Promise<Result> {
  const origins = originsOf(plan);
  const refine = (finding: Finding): Finding => withPlace(finding, origins);
  try {
    return placed(await run(), origins);
  } catch (error) {
    if (error instanceof RunFailed) {
      const owners = ownersOf(plan);
      const [first, ...rest] = error.failures.map(({ owner, finding }) => ({
        // The engine does not know whose an object is that it has not begun to work on.
        owner: owner === "environment" ? (owners.get(titleIn(finding)) ?? owner) : owner,
        finding: refine(finding),
      }));
      if (first !== undefined) {
        throw new RunFailed([first, ...rest], placed(error.result, origins), { cause: error.cause });
      }
    }
    if (!(error instanceof DriftlessError)) throw error;
    const [first, ...rest] = error.findings;
    throw new DriftlessError([refine(first), ...rest.map(refine)], { cause: error.cause });
  }
}

/** A result whose changes and violations have the places that the plan knows. */
function placed<Result extends PreviewResult>(result: Result, origins: ReadonlyMap<string, Origin>): Result {
  return {
    ...result,
    changes: result.changes.map((change) => withOrigin(change, origins.get(nameOfIdentity(change)))),
    violations: result.violations.map((violation) => withOrigin(violation, origins.get(violation.object))),
  };
}

/** Where each object of a plan came from, by both of its names: that of its resource and that in messages. */
function originsOf({ applications }: EnvironmentPlan): ReadonlyMap<string, Origin> {
  const origins = new Map<string, Origin>();
  for (const { resourceName, origin } of applications.flatMap(({ objects }) => objects)) {
    if (origin === undefined) continue;
    origins.set(resourceName, origin);
    origins.set(titleOf(resourceName), origin);
  }
  return origins;
}

/** Whose each object of a plan is, by its name in messages. */
function ownersOf({ tenants, applications }: EnvironmentPlan): ReadonlyMap<string, string> {
  const entries = (kind: string, owners: readonly Pick<TenantPlan, "name" | "objects">[]): [string, string][] =>
    owners.flatMap(({ name, objects }) =>
      objects.map(({ resourceName }): [string, string] => [titleOf(resourceName), `${kind}/${name}`]),
    );
  return new Map([...entries("tenant", tenants), ...entries("application", applications)]);
}

function titleOf(resourceName: string): string {
  const identity = parseResourceName(resourceName);
  return identity === undefined ? resourceName : objectText(identity);
}

function withOrigin<T extends { readonly origin?: Origin }>(item: T, origin: Origin | undefined): T {
  return origin === undefined ? item : { ...item, origin };
}

function withPlace(finding: Finding, origins: ReadonlyMap<string, Origin>): Finding {
  if (finding.place?.line !== undefined) return finding;
  const origin = origins.get(titleIn(finding));
  if (origin === undefined) return finding;
  return { ...finding, place: { file: origin.path, ...(origin.line === undefined ? {} : { line: origin.line }) } };
}

/** The object that a message is about: its title at the beginning or behind what waits for it, or its resource's name. */
function titleIn({ message }: Finding): string {
  const title = /(?:^|: )(\S+ \S+ on [^\s:]+)[: ]/.exec(message)?.[1];
  return title ?? /^(\S+): /.exec(message)?.[1] ?? "";
}
