import type { Finding, Place } from "../../core/errors/finding.ts";
import type { ComputedPlan } from "../../core/plan/compute.ts";
import { checkSchemas, type SchemaCheck, type SchemaMistake } from "../../core/schema/check-plan.ts";
import { locateFields, type OriginField } from "../policy/locate.ts";

/** A mistake, and where it stands: in plain manifests the field, else the file that the renderer read. */
export interface PlacedMistake extends SchemaMistake {
  readonly place?: Place | undefined;
}

/** A check against schemas whose mistakes have places. */
export interface PlacedSchemaCheck extends Omit<SchemaCheck, "mistakes"> {
  readonly mistakes: readonly PlacedMistake[];
}

/** Checks a plan against the schemas of its clusters. */
export async function checkPlanSchemas({
  plan,
  tree,
}: Pick<ComputedPlan, "plan" | "tree">): Promise<PlacedSchemaCheck> {
  const check = await checkSchemas(plan);
  const plain = new Set(
    plan.applications.filter(({ renderer }) => renderer === "manifests").map(({ name }) => `application/${name}`),
  );
  const fields = new Map<SchemaMistake, OriginField>();
  for (const mistake of check.mistakes) {
    const { owner, origin, path } = mistake;
    if (origin !== undefined && plain.has(owner)) fields.set(mistake, { origin, path });
  }
  const places = await locateFields(tree, [...fields.values()]);
  const placeOf = (mistake: SchemaMistake): Place | undefined => {
    const field = fields.get(mistake);
    const { origin } = mistake;
    const found = (field === undefined ? undefined : places.get(field)) ?? { file: origin?.path, line: origin?.line };
    if (found.file === undefined) return undefined;
    return { file: found.file, ...(found.line === undefined ? {} : { line: found.line }) };
  };
  return { ...check, mistakes: check.mistakes.map((mistake) => ({ ...mistake, place: placeOf(mistake) })) };
}

/** SCHEMA_INVALID for each mistake. */
export function schemaFindings(mistakes: readonly PlacedMistake[]): readonly Finding[] {
  return mistakes.map((mistake) => ({
    ...{ code: "SCHEMA_INVALID", severity: "error", fix: mistake.fix },
    message: `${mistake.object}: ${mistakeText(mistake)}`,
    ...(mistake.place === undefined ? {} : { place: mistake.place }),
  }));
}

/** `spec.replicas must be an integer, not text.` */
export function mistakeText({ field, what }: Pick<SchemaMistake, "field" | "what">): string {
  return `${field} ${what}.`;
}
