import type { TenantSpec } from "../../environment/spec.ts";
import { isJsonObject, isList, record } from "../../manifest/json.ts";
import type { Json, KubernetesObject } from "../../manifest/manifest.ts";
import { deployerName } from "../deployer.ts";
import { fieldPath, type Step } from "../path.ts";
import type { Problem } from "./problem.ts";

/** Annotation by which a Secret asks for a token of an account. */
const tokenAnnotation = "kubernetes.io/service-account.name";

/**
 * Where an object would run as the tenant's deployer, or ask for a token of it: what runs for a tenant must not be able to
 * do all that its updates are.
 */
export function checkDeployerAccount(
  object: KubernetesObject,
  { deployAs }: Pick<TenantSpec, "deployAs">,
): readonly Problem[] {
  if (deployAs === "environment") return [];
  const { metadata, ...rest } = object;
  const places = [...placesIn(rest)];
  if (record(metadata["annotations"])[tokenAnnotation] === deployerName)
    places.push(["metadata", "annotations", tokenAnnotation]);
  return places.map((steps) => ({
    code: "SCOPE_DENIED",
    message: `it would use the account ${deployerName}, with whose rights the tenant's updates are made.`,
    field: fieldPath(steps),
    fix: "Give it an account of its own.",
  }));
}

/** Paths are made where something is found only: this looks at every field of every object. */
function placesIn(value: Json | undefined): readonly (readonly Step[])[] {
  const found: (readonly Step[])[] = [];
  const below = (step: Step, item: Json): void => {
    for (const steps of placesIn(item)) found.push([step, ...steps]);
  };
  if (isList(value)) value.forEach((item, at) => below(at, item));
  else if (isJsonObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      const names = key === "serviceAccountName" || key === "serviceAccount";
      if (names && item === deployerName) found.push([key]);
      else if (typeof item === "object") below(key, item);
    }
  }
  return found;
}
