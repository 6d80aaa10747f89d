import { closedLevel, nextOpening, type FreezeLevel, type LevelClosure } from "./levels.ts";
import type { FreezeWindow } from "./window.ts";

/** All windows of an environment. */
export interface FreezeDocument {
  /** Those of the environment itself. */
  readonly freeze: readonly FreezeWindow[];
  readonly tenants: Readonly<Record<string, { readonly freeze: readonly FreezeWindow[] }>>;
  readonly applications: Readonly<
    Record<string, { readonly tenant: string; readonly freeze: readonly FreezeWindow[] }>
  >;
}

/** The windows of the environment. */
export function environmentLevel({ freeze }: FreezeDocument): FreezeLevel {
  return { field: "safety.freeze", windows: freeze };
}

/**
 * The windows that hold for an owner (`application/<name>`, `tenant/<name>`) besides those of the environment: its own,
 * and those of its tenant. None for an owner that the document does not name.
 */
export function ownLevels({ tenants, applications }: FreezeDocument, owner: string): readonly FreezeLevel[] {
  const [, kind, name = ""] = /^(application|tenant)\/(.+)$/.exec(owner) ?? [];
  if (kind === undefined) return [];
  const application = kind === "application" && Object.hasOwn(applications, name) ? applications[name] : undefined;
  const tenantName = kind === "tenant" ? name : application?.tenant;
  const tenant = tenantName !== undefined && Object.hasOwn(tenants, tenantName) ? tenants[tenantName] : undefined;
  return [
    ...(tenant === undefined ? [] : [{ field: `tenants.${tenantName}.safety.freeze`, windows: tenant.freeze }]),
    ...(application === undefined
      ? []
      : [{ field: `applications.${name}.safety.freeze`, windows: application.freeze }]),
  ];
}

/** All windows that hold for an owner. */
export function levelsOf(document: FreezeDocument, owner: string): readonly FreezeLevel[] {
  return [environmentLevel(document), ...ownLevels(document, owner)];
}

/**
 * Why an owner (`application/<name>`, `tenant/<name>`) must not be changed at a moment: undefined if it may. `until` is
 * when it may again, by all windows that hold for it.
 */
export function closureOf(document: FreezeDocument, owner: string, at: Date): LevelClosure | undefined {
  const levels = levelsOf(document, owner);
  const closure = closedLevel(levels, at);
  return closure === undefined ? undefined : untilOpening(closure, levels, at);
}

/** The closure with the moment at which all levels are open, instead of that at which its own cause ends. */
export function untilOpening(closure: LevelClosure, levels: readonly FreezeLevel[], at: Date): LevelClosure {
  const { reason, field, window } = closure;
  const until = nextOpening(levels, at);
  return { reason, field, ...(window === undefined ? {} : { window }), ...(until === undefined ? {} : { until }) };
}
