import type { ErrorCode } from "../../errors/codes.ts";
import type { Finding } from "../../errors/finding.ts";
import { quote } from "../../errors/quote.ts";
import { kindGroup, namespaceOf, type KubernetesObject, type Origin } from "../../manifest/manifest.ts";

/** What a check says about one object; its place and its application are added by the caller. */
export interface Problem {
  readonly code: ErrorCode;
  /** A clause that follows the object: `its namespace "x" is not …`. */
  readonly message: string;
  /** Field inside the object. */
  readonly field?: string;
  readonly fix: string;
}

/** How a message names an object: `Deployment.apps payments/web`. */
export function describeObject(object: KubernetesObject): string {
  const namespace = namespaceOf(object);
  const name = `${namespace === undefined ? "" : `${namespace}/`}${object.metadata.name}`;
  return `${kindGroup(object)} ${/^[\w.:/-]{1,120}$/.test(name) ? name : quote(name)}`;
}

/** How a message names where something is: `file:line`. */
export function describeOrigin(origin: Origin): string {
  return origin.line === undefined ? origin.path : `${origin.path}:${origin.line}`;
}

/** The problem as a finding of an application, with origin and field. */
export function findingOf(application: string, object: KubernetesObject, origin: Origin, problem: Problem): Finding {
  return {
    code: problem.code,
    severity: "error",
    message: `Application "${application}", ${describeObject(object)}: ${problem.message}`,
    place: {
      file: origin.path,
      ...(origin.line === undefined ? {} : { line: origin.line }),
      ...(problem.field === undefined ? {} : { field: problem.field }),
    },
    fix: problem.fix,
  };
}
