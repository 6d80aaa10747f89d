import { readBlockList, type PlacedEntry } from "../../core/blocked/list.ts";
import { loadEnvironment } from "../../core/environment/load.ts";
import { commitsBetween } from "../../core/git/commits-between.ts";
import { mirrorFolder } from "../../core/git/mirror.ts";
import { parseRepositoryUrl } from "../../core/git/url.ts";
import {
  deliveryFigures,
  isInside,
  type AuditedUpdate,
  type DeliveryFigures,
  type Period,
} from "../../core/history/audit.ts";
import type { Session } from "../session.ts";
import { readHistory } from "./read.ts";

/** What was done to an environment in a period. */
export interface EnvironmentAudit {
  readonly environment: string;
  /** Newest first. */
  readonly updates: readonly AuditedUpdate[];
  readonly figures: DeliveryFigures;
  /** What was kept out or let back, of this environment. */
  readonly blocked: readonly PlacedEntry["entry"][];
}

/** Reads the history of an environment with the commits that each update brought in. */
export async function auditEnvironment(session: Session, env: string, period: Period): Promise<EnvironmentAudit> {
  const { project, io } = session;
  const { spec } = await loadEnvironment(project, env);
  const records = await readHistory(session, spec);
  const url = parseRepositoryUrl(spec.source.repo, spec.source.local, project);
  const store = { mirror: mirrorFolder(io.cache, url), env: io.env, signal: io.signal };
  const updates: AuditedUpdate[] = [];
  for (const record of records) {
    const { from, to } = record;
    const known = to !== undefined && isInside(record, period);
    const commits = known ? await commitsBetween(store, from, to) : undefined;
    updates.push({ environment: env, ...record, ...(commits === undefined ? {} : { commits }) });
  }
  const list = await readBlockList(project);
  return {
    environment: env,
    updates: updates.filter((each) => isInside(each, period)),
    figures: deliveryFigures(updates, period),
    blocked: list.map(({ entry }) => entry).filter(({ environments }) => environments?.includes(env) ?? true),
  };
}
