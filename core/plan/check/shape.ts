import { quote } from "../../errors/quote.ts";
import type { KubernetesObject } from "../../manifest/manifest.ts";
import type { Problem } from "./problem.ts";

const apiVersion = /^([a-z0-9]([a-z0-9.-]*[a-z0-9])?\/)?[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
const kind = /^[A-Za-z][A-Za-z0-9-]*$/;

/** What identities are made of beside the name, which is checked when a manifest is read. */
export function checkShape(object: KubernetesObject): readonly Problem[] {
  return [
    ...(apiVersion.test(object.apiVersion)
      ? []
      : [malformed("apiVersion", object.apiVersion, 'Write "<group>/<version>", or "v1" for the core group.')]),
    ...(kind.test(object.kind)
      ? []
      : [malformed("kind", object.kind, "Write the kind in letters and digits, such as Deployment.")]),
  ];
}

function malformed(field: string, value: string, fix: string): Problem {
  return { code: "SCHEMA_INVALID", message: `${field} ${quote(value)} is malformed.`, field, fix };
}
