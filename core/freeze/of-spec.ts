import type { EnvironmentSpec } from "../environment/spec.ts";
import { ownersOf } from "../plan/owned.ts";
import { nextClosing, type LevelClosure } from "./levels.ts";
import { closureOf, levelsOf, ownLevels, type FreezeDocument } from "./owner.ts";

/** The windows of a document. */
function freezeDocument({ safety, tenants, applications }: FreezeSpec): FreezeDocument {
  return {
    freeze: safety.freeze,
    tenants: Object.fromEntries(Object.entries(tenants).map(([name, each]) => [name, { freeze: each.safety.freeze }])),
    applications: Object.fromEntries(
      Object.entries(applications).map(([name, { tenant, safety: own }]) => [name, { tenant, freeze: own.freeze }]),
    ),
  };
}

/** What is read of an environment. */
export type FreezeSpec = Pick<EnvironmentSpec, "safety" | "tenants" | "applications">;

/**
 * Why an owner (`application/<name>`, `tenant/<name>`, `environment`) must not be changed at a moment, and until when;
 * undefined if it may be. What the rule `freeze-windows` makes of it, and exceptions, are the business of policy.
 */
export function ownerClosure(spec: FreezeSpec, owner: string, at: Date): LevelClosure | undefined {
  return closureOf(freezeDocument(spec), owner, at);
}

/** Whether something may change. */
export interface FreezeState {
  /** `environment`, `tenant/<name>` or `application/<name>`. */
  readonly owner: string;
  /** Absent if it may change. */
  readonly closure?: LevelClosure;
  /** When that is over: when it opens next, or closes next. Absent if it stays so, or nobody can tell. */
  readonly until?: Date;
}

/** Whether everything that has windows may change at a moment: the environment, and of the rest what its own narrow. */
export function freezeStates(spec: FreezeSpec, at: Date): readonly FreezeState[] {
  const document = freezeDocument(spec);
  const owners = ownersOf(spec).filter((owner) => ownLevels(document, owner).some(({ windows }) => windows.length > 0));
  const all = [...(document.freeze.length > 0 ? ["environment"] : []), ...owners];
  return all.map((owner): FreezeState => {
    const closure = closureOf(document, owner, at);
    const until = closure === undefined ? nextClosing(levelsOf(document, owner), at) : closure.until;
    return {
      owner,
      ...(closure === undefined ? {} : { closure }),
      ...(until === undefined ? {} : { until }),
    };
  });
}
