import type { AuditAnswer, AuditQuestion } from "../../core/audit/question.ts";
import { millisecondsOf } from "../../core/audit/event.ts";
import { searchAudit, type AuditContext } from "../../core/audit/search.ts";
import { isSecret } from "../../core/drift/normal-form.ts";
import { isDrift, type ObjectDrift } from "../../core/drift/report.ts";
import type { ClusterSpec, EnvironmentSpec } from "../../core/environment/spec.ts";
import { DriftlessError } from "../../core/errors/error.ts";
import type { Finding } from "../../core/errors/finding.ts";
import { groupOf } from "../../core/manifest/manifest.ts";
import { pluralNames } from "../../live/plural-names.ts";
import type { Measured } from "./measure.ts";

/** What became of asking the audit log of a cluster who had changed what. */
export interface AuditRead {
  readonly cluster: string;
  /** Time of the oldest event that was read: ISO 8601, UTC. */
  readonly from?: string;
  /** Lines that were left out because they are damaged. */
  readonly damaged: number;
  /** Changes of which the log does not tell who made them. */
  readonly untold: number;
  /** Why it could not be read, or not all of it. Says nothing about drift itself. */
  readonly findings: readonly Finding[];
}

/** What was measured, with the users who did it. */
export interface Audited {
  readonly measured: Measured;
  /** Of each cluster on which something has drifted and that has an audit log, if there is one. */
  readonly audits?: readonly AuditRead[];
}

/** Says of all that has drifted which user did it, as far as the audit logs of their clusters tell. Hides no drift. */
export async function withActors(
  { clusters }: Pick<EnvironmentSpec, "clusters">,
  measured: Measured,
  context: AuditContext,
): Promise<Audited> {
  const drifted = measured.report.objects.filter(({ verdict }) => isDrift(verdict));
  const answers = new Map<string, AuditAnswer>();
  const reads = [...Map.groupBy(drifted, ({ cluster }) => cluster)].map(async ([cluster, objects]) => {
    const spec = clusters[cluster];
    if (spec?.audit === undefined) return [];
    const found = await ask(cluster, spec, measured, objects, context);
    for (const [key, answer] of found.answers) answers.set(key, answer);
    return [found.read];
  });
  const audits = (await Promise.all(reads)).flat();
  const objects = measured.report.objects.map((object) => told(object, answers.get(object.resourceName)));
  return { measured: { ...measured, report: { ...measured.report, objects } }, audits };
}

interface Asked {
  readonly answers: ReadonlyMap<string, AuditAnswer>;
  readonly read: AuditRead;
}

async function ask(
  cluster: string,
  spec: ClusterSpec,
  measured: Measured,
  objects: readonly ObjectDrift[],
  context: AuditContext,
): Promise<Asked> {
  const none = (findings: readonly Finding[]): Asked => ({
    answers: new Map(),
    read: { cluster, damaged: 0, untold: objects.length, findings },
  });
  try {
    if (spec.audit === undefined) return none([]);
    const { answers, ...read } = await searchAudit(
      cluster,
      spec.audit,
      await questionsOf(cluster, spec, measured, objects, context),
      context,
    );
    const untold = [...answers.values()].reduce((sum, answer) => sum + untoldOf(answer), 0);
    const { from, ...rest } = read;
    return { answers, read: { cluster, ...(from === undefined ? {} : { from }), ...rest, untold } };
  } catch (error) {
    context.signal?.throwIfAborted();
    if (!(error instanceof DriftlessError)) throw error;
    return none(error.findings);
  }
}

async function questionsOf(
  cluster: string,
  spec: ClusterSpec,
  { resources, orphans }: Measured,
  objects: readonly ObjectDrift[],
  context: AuditContext,
): Promise<readonly AuditQuestion[]> {
  const known = new Map<string, Known>([
    ...resources.map((each) => [each.resourceName, each] as const),
    ...orphans.map(({ resourceName, object }) => [resourceName, object] as const),
  ]);
  const asked = objects.flatMap((object) => {
    const type = known.get(object.resourceName);
    return type === undefined ? [] : [{ object, type }];
  });
  const types = asked.map(({ type }) => type);
  const names = await pluralNames(cluster, spec, types, context);
  return asked.flatMap(({ object, type }): readonly AuditQuestion[] => {
    const resource = names.get(`${type.apiVersion}/${type.kind}`);
    if (resource === undefined) return [];
    return [question(object, type, resource)];
  });
}

interface Known {
  readonly apiVersion: string;
  readonly kind: string;
  readonly applied?: string;
}

function question(object: ObjectDrift, { apiVersion, kind, applied }: Known, resource: string): AuditQuestion {
  const { resourceName, namespace, name, verdict, differences, since } = object;
  const lastApplied = millisecondsOf(applied);
  const made = verdict === "recreated" || verdict === "orphan" ? millisecondsOf(since) : undefined;
  return {
    key: resourceName,
    group: groupOf(apiVersion),
    resource,
    ...(namespace === undefined ? {} : { namespace }),
    name,
    verdict,
    differences,
    secret: isSecret({ apiVersion, kind }),
    ...(lastApplied === undefined ? {} : { applied: lastApplied }),
    ...(made === undefined ? {} : { made }),
  };
}

function untoldOf({ who, fields }: AuditAnswer): number {
  return fields.length === 0 ? Number(who.length === 0) : fields.filter((actors) => actors.length === 0).length;
}

function told(object: ObjectDrift, answer: AuditAnswer | undefined): ObjectDrift {
  if (answer === undefined) return object;
  const { who, fields } = answer;
  if (fields.length === 0) return { ...object, who };
  return { ...object, differences: object.differences.map((each, at) => ({ ...each, who: fields[at] ?? [] })) };
}
