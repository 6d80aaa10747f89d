import type { EnvironmentSpec } from "../../core/environment/spec.ts";
import { blockListFile, readBlockList, type PlacedEntry } from "../../core/blocked/list.ts";
import { overlaps, type DriftEpisode } from "../../core/drift/episodes.ts";
import { baseFile, environmentFile } from "../../core/environment/file.ts";
import { loadEnvironment } from "../../core/environment/load.ts";
import { commitsBetween, mirrorLog } from "../../core/git/commits-between.ts";
import { mirrorFolder } from "../../core/git/mirror.ts";
import { projectGit } from "../../core/git/project-git.ts";
import { parseRepositoryUrl } from "../../core/git/url.ts";
import {
  deliveryFigures,
  isInside,
  type AuditedUpdate,
  type DeliveryFigures,
  type Period,
} from "../../core/history/audit.ts";
import type { Session } from "../session.ts";
import { readDriftLog } from "../drift/log.ts";
import { readHistory } from "./read.ts";

/** What was done to an environment in a period. */
export interface EnvironmentAudit {
  readonly environment: string;
  /** Newest first. */
  readonly updates: readonly AuditedUpdate[];
  readonly figures: DeliveryFigures;
  /** What had drifted in the period, as far as this checkout has looked, oldest first. */
  readonly drift: readonly DriftEpisode[];
  /** What was kept out or let back, of this environment. */
  readonly blocked: readonly PlacedEntry["entry"][];
}

/**
 * Reads the history of an environment with the commits that each update brought in.
 * @param forge Whether forges are asked who approved the pull requests of these commits.
 */
export async function auditEnvironment(
  session: Session,
  env: string,
  { period, forge }: { readonly period: Period; readonly forge: boolean },
): Promise<EnvironmentAudit> {
  const { project, io } = session;
  const { spec } = await loadEnvironment(project, env);
  const records = await readHistory(session, spec);
  const url = parseRepositoryUrl(spec.source.repo, spec.source.local, project);
  const source = mirrorLog({ mirror: mirrorFolder(io.cache, url), env: io.env, signal: io.signal });
  const control = projectGit(project, { env: io.env, signal: io.signal });
  const documents = [environmentFile(env), baseFile, blockListFile];
  const updates: AuditedUpdate[] = [];
  for (const [at, record] of records.entries()) {
    const { from, to } = record;
    const inside = isInside(record, period);
    const commits = inside && to !== undefined ? await commitsBetween(source, from, to) : undefined;
    const [now, before] = [record, records.slice(at + 1).find((each) => each.control !== undefined)].map(controlOf);
    const moved = inside && now !== undefined && now !== before;
    const documentCommits = moved ? await commitsBetween(control, before, now, documents) : undefined;
    updates.push({
      ...{ environment: env, ...record },
      ...(commits === undefined ? {} : { commits }),
      ...(documentCommits === undefined ? {} : { documentCommits }),
    });
  }
  const drift = (await readDriftLog(project, env)).filter((each) => overlaps(each, period));
  const list = await readBlockList(project);
  const inside = updates.filter((each) => isInside(each, period));
  return {
    environment: env,
    updates: forge ? await withReviews(session, spec, inside) : inside,
    figures: deliveryFigures(updates, period),
    drift,
    blocked: list.map(({ entry }) => entry).filter(({ environments }) => environments?.includes(env) ?? true),
  };
}

/** Forges, and what speaks to them, are loaded for whoever asks them. */
async function withReviews(
  session: Session,
  spec: EnvironmentSpec,
  updates: readonly AuditedUpdate[],
): Promise<readonly AuditedUpdate[]> {
  const { withForgeReviews } = await import("./forge-reviews.ts");
  return withForgeReviews(session, spec, updates);
}

/** The commit of the control repository, whether or not files differed from it. */
function controlOf(record: Pick<AuditedUpdate, "control"> | undefined): string | undefined {
  return record?.control?.replace(/\+$/, "");
}
