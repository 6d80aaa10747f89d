import { groupOf, kindGroup, type KubernetesObject } from "../manifest/manifest.ts";
import { parseExpression, type Expression } from "./cel.ts";
import { builtInChecks, isBeingDeleted, type HealthChecks } from "./health.ts";
import { generic } from "./kinds/generic.ts";
import { degraded, healthy, outdated, progressing, suspended, unknown, type Health } from "./status.ts";

/** A check of the environment document: CEL expressions over a live object. */
export interface HealthCheckSpec {
  /** Its group counts; the version does not. */
  readonly apiVersion: string;
  readonly kind: string;
  readonly healthy: string;
  readonly progressing?: string | undefined;
  readonly degraded?: string | undefined;
  readonly suspended?: string | undefined;
}

/** The expressions of a check in the order in which they are asked; the first that is true decides. */
const order = ["progressing", "degraded", "suspended", "healthy"] as const;
const makers = { progressing, degraded, suspended, healthy } as const;

type Check = readonly (readonly [(typeof order)[number], Expression])[];

/** The built-in checks, with those of an environment in front. Their expressions have been checked before. */
export function healthChecksOf(specs: readonly HealthCheckSpec[]): HealthChecks {
  if (specs.length === 0) return builtInChecks;
  const checks = new Map(specs.map((spec) => [nameOf(spec), compile(spec)]));
  return {
    isStatic: (kind) => !checks.has(kind) && builtInChecks.isStatic(kind),
    healthOf: (object) => {
      const check = checks.get(kindGroup(object));
      if (check === undefined) return builtInChecks.healthOf(object);
      return isBeingDeleted(object) ?? outdated(object) ?? judge(object, check);
    },
  };
}

/** What a check is for, as `Kind.group`. */
export function nameOf({ apiVersion, kind }: Pick<HealthCheckSpec, "apiVersion" | "kind">): string {
  const group = groupOf(apiVersion);
  return group === "" ? kind : `${kind}.${group}`;
}

function compile(spec: HealthCheckSpec): Check {
  return order.flatMap((status) => {
    const text = spec[status];
    const expression = text === undefined ? undefined : parseExpression(text);
    if (expression === undefined) return [];
    if ("problem" in expression) throw new Error(`a health check was not checked: ${expression.problem}`);
    return [[status, expression] as const];
  });
}

function judge(object: KubernetesObject, check: Check): Health {
  const puzzles: string[] = [];
  for (const [status, expression] of check) {
    const answer = expression.evaluate(object);
    if (typeof answer === "string") puzzles.push(`"${status}": ${answer}`);
    else if (answer) return makers[status](reasonOf(object, status));
  }
  const [puzzle] = puzzles;
  return puzzle === undefined
    ? progressing(reasonOf(object, "not healthy yet"))
    : unknown(`The check of the environment cannot tell: ${puzzle}.`);
}

/** The words of the object's own conditions, where it has any. */
function reasonOf(object: KubernetesObject, status: string): string {
  const { reason } = generic(object);
  const said = `By the check of the environment it is ${status}`;
  return reason === "It exists." ? `${said}.` : `${said}: ${reason}`;
}
