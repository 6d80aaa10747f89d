import { z } from "zod";

/** Pulumi type by which packs see the run itself, as a resource: only the command line shows it to them. */
export const runType = "driftless:index:Run";

/** The rule that stops runs by the calendar. */
export const freezeRule = "freeze-windows";

/** Address by which packs name the run, or somebody whom a violation of it is about: `application/web`. */
export function runUrn(object = "run"): string {
  return `urn:pulumi:run::driftless::${runType}::${object}`;
}

/** Whom a violation of a run is about: `application/<name>`, `tenant/<name>`; empty for the run as a whole. */
export function ownerOfRunUrn(urn: string): string {
  const prefix = runUrn("");
  const object = urn.startsWith(prefix) ? urn.slice(prefix.length) : "";
  return /^(application|tenant)\/[^/]+$/.test(object) ? object : "";
}

const affected = z.object({
  cluster: z.string(),
  kind: z.string().describe('"Kind.group", or "Kind" in the core group.'),
  namespace: z.string().optional(),
  name: z.string(),
  application: z.string().optional().describe("Absent for objects of tenants."),
  tenant: z.string().optional(),
});

/** A run as rules see it: what it is about to do beside creating and changing objects. */
export const runFacts = z.object({
  operation: z.enum(["preview", "up", "destroy", "heal"]),
  /** When it began: RFC 3339, UTC. */
  time: z.string(),
  /** Who has objects or hooks that the run touches: `application/<name>`, `tenant/<name>`. */
  owners: z.array(z.string()),
  /** Objects that there were before the run. */
  objects: z.number(),
  deletions: z.array(affected),
  /** Objects that are deleted and made again. */
  replacements: z.array(affected),
});

/** See `runFacts`. */
export type RunFacts = z.infer<typeof runFacts>;
/** An object that a run deletes or replaces. */
export type AffectedObject = z.infer<typeof affected>;
