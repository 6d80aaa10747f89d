import { errorFinding, type Finding } from "../core/errors/finding.ts";
import { kindGroup, namespaceOf, type KubernetesObject } from "../core/manifest/manifest.ts";
import { managedBy } from "../core/plan/ownership.ts";
import { ApiError, type ApiServer } from "./api-server.ts";
import { claimedOf, type Claimed } from "./claimed.ts";
import { isKubernetesObject } from "./json.ts";
import type { ScanError, ScanTarget } from "./scan.ts";

/** What the scan of one kind on one cluster found beside its targets. */
export interface KindScan<Target extends ScanTarget> {
  readonly claimed: readonly Claimed[];
  readonly errors: readonly ScanError<Target>[];
  readonly unlisted: readonly string[];
}

type Visit<Target> = (target: Target, live: KubernetesObject | undefined) => void;

/** Scans the objects of one kind on a cluster. Throws CLUSTER_UNREACHABLE. */
export async function scanKind<Target extends ScanTarget>(
  server: ApiServer,
  targets: readonly Target[],
  environment: string,
  visit: Visit<Target>,
): Promise<KindScan<Target>> {
  const [first] = targets;
  if (first === undefined) return { claimed: [], errors: [], unlisted: [] };
  const { cluster } = server;
  const kind = kindGroup(first);
  const open = new Map(targets.map((target) => [keyOf(target.namespace, target.name), target]));
  const pass: Pass<Target> = { server, environment, first, open, visit };
  try {
    if (!(await server.serves(first.apiVersion, first.kind))) {
      return { claimed: [], errors: [{ cluster, kind, finding: notServed(first, cluster), targets }], unlisted: [] };
    }
    const { claimed, narrow } = await listAll(pass);
    const errors = await Promise.all([...open.values()].map((target) => readOne(pass, target, kind)));
    return { claimed, errors: joined(errors.flat()), unlisted: narrow ? [`${kind} on ${cluster}`] : [] };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const finding = refusal(first, cluster, error);
    return { claimed: [], errors: [{ cluster, kind, finding, targets: [...open.values()] }], unlisted: [] };
  }
}

interface Pass<Target extends ScanTarget> {
  readonly server: ApiServer;
  readonly environment: string;
  readonly first: Target;
  /** Targets that no list has shown yet. */
  readonly open: Map<string, Target>;
  readonly visit: Visit<Target>;
}

interface Listed {
  readonly claimed: readonly Claimed[];
  /** Only the namespaces of the targets were listed. */
  readonly narrow: boolean;
}

/** All namespaces at once, or one by one where the identity may see no more. */
async function listAll<Target extends ScanTarget>(pass: Pass<Target>): Promise<Listed> {
  try {
    return { claimed: await listPages(pass, undefined), narrow: false };
  } catch (error) {
    const namespaces = new Set([...pass.open.values()].flatMap(({ namespace }) => namespace ?? []));
    if (!(error instanceof ApiError && error.status === 403) || namespaces.size === 0) throw error;
    const found = await Promise.all([...namespaces].map((namespace) => listPages(pass, namespace)));
    return { claimed: found.flat(), narrow: true };
  }
}

async function listPages<Target extends ScanTarget>(
  pass: Pass<Target>,
  namespace: string | undefined,
): Promise<readonly Claimed[]> {
  const { server, environment, first, open, visit } = pass;
  const labelSelector = `${managedBy.label}=${managedBy.value}`;
  const claimed: Claimed[] = [];
  const ours = new Set<string>();
  for (let attempt = 1; ; attempt++) {
    try {
      for await (const { objects } of server.pages(first.apiVersion, first.kind, { namespace, labelSelector })) {
        for (const object of objects.filter(isKubernetesObject)) {
          const key = keyOf(namespaceOf(object), object.metadata.name);
          const target = open.get(key);
          if (target !== undefined) {
            open.delete(key);
            ours.add(key);
            visit(target, object);
          } else if (!ours.has(key)) claimed.push(...claimedOf(environment, server.cluster, [object]));
        }
      }
      return claimed;
    } catch (error) {
      // The rest of a list is forgotten by the server after some minutes.
      if (!(error instanceof ApiError && error.status === 410) || attempt === 3) throw error;
      claimed.length = 0;
    }
  }
}

/** What no list showed is asked for by name before it counts as gone. */
async function readOne<Target extends ScanTarget>(
  { server, visit }: Pass<Target>,
  target: Target,
  kind: string,
): Promise<readonly ScanError<Target>[]> {
  try {
    const live = await server.read(target.apiVersion, target.kind, target.namespace, target.name);
    visit(target, live !== undefined && isKubernetesObject(live) ? live : undefined);
    return [];
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { cluster } = server;
    return [{ cluster, kind, finding: refusal(target, cluster, error), targets: [target] }];
  }
}

/** Errors with the same finding as one. */
function joined<Target extends ScanTarget>(errors: readonly ScanError<Target>[]): readonly ScanError<Target>[] {
  return [...Map.groupBy(errors, ({ finding }) => finding.message).values()].flatMap((same) => {
    const [first] = same;
    return first === undefined ? [] : [{ ...first, targets: same.flatMap(({ targets }) => targets) }];
  });
}

/** Why objects of a kind cannot be read. */
export function refusal(
  { apiVersion, kind }: Pick<ScanTarget, "apiVersion" | "kind">,
  cluster: string,
  error: ApiError,
): Finding {
  const message = `The cluster "${cluster}" does not let ${kind} (${apiVersion}) be read: ${error.message}.`;
  return error.status === 403
    ? errorFinding("READ_DENIED", message, "Give the identity of the kubeconfig the verbs get and list for it.")
    : errorFinding("CLUSTER_UNREACHABLE", message, "Look at the cluster, and run it again.");
}

/** Why nothing is known of the objects of a kind that is gone. */
export function notServed({ apiVersion, kind }: Pick<ScanTarget, "apiVersion" | "kind">, cluster: string): Finding {
  return errorFinding(
    "KIND_UNKNOWN",
    `The cluster "${cluster}" does not serve ${kind} (${apiVersion}) any more.`,
    "Put its CustomResourceDefinition back, or run driftless up with a pin that does without it.",
  );
}

function keyOf(namespace: string | undefined, name: string): string {
  return `${namespace ?? ""}/${name}`;
}
