import { endingApis, type EndingApi } from "../../core/api-lifecycle/ending.ts";
import { judgeIdentity, keptIdentities } from "../../core/cluster/identity.ts";
import { minorOf } from "../../core/cluster/minor.ts";
import type { ClusterSpec, EnvironmentSpec } from "../../core/environment/spec.ts";
import { DriftlessError } from "../../core/errors/error.ts";
import type { Finding } from "../../core/errors/finding.ts";
import { isList, record } from "../../core/manifest/json.ts";
import type { Json, JsonObject } from "../../core/manifest/manifest.ts";
import type { ApiServer } from "../../live/api-server.ts";
import { heldEks } from "../../core/eks/lost.ts";
import { clusterContext, type ClusterContext } from "../cluster-access.ts";
import type { StateExport } from "../engine/types.ts";
import { span, type Line } from "../output/line.ts";
import type { Session } from "../session.ts";
import { stateObjects, type StateObject } from "./state-objects.ts";

/** How one cluster is doing. */
export interface ClusterStatus {
  readonly cluster: string;
  /** Why nothing, or not everything, is known of it; absent if all is well. */
  readonly problem?: Finding;
  /** Its Kubernetes version; absent if it was not told. */
  readonly version?: string;
  /** The version that the document gives it, if that is of another minor. */
  readonly expected?: string;
  /** API versions of its objects that a newer Kubernetes does not serve. Absent if there are none. */
  readonly ending?: readonly EndingApi[];
  /** Absent where nodes may not be read. */
  readonly nodes?: { readonly ready: number; readonly total: number };
}

const timeoutMs = 5_000;

/** Asks all clusters at once, each for at most some seconds; one that cannot be reached is no more than a line. */
export async function clusterStatuses(
  session: Session,
  { name: environment, clusters }: EnvironmentSpec,
  state: StateExport | undefined,
): Promise<readonly ClusterStatus[]> {
  const kept = keptIdentities(state?.deployment);
  const context = { ...clusterContext(session, environment), heldEks: heldEks(state?.deployment) };
  const objects = Map.groupBy(state === undefined ? [] : stateObjects(state), ({ cluster }) => cluster);
  return Promise.all(
    Object.entries(clusters).map(async ([name, spec]) =>
      withEnding(await clusterStatus(name, spec, kept.get(name), context), objects.get(name) ?? []),
    ),
  );
}

async function clusterStatus(
  cluster: string,
  spec: ClusterSpec,
  kept: string | undefined,
  context: ClusterContext,
): Promise<ClusterStatus> {
  const { ApiServer: Server } = await import("../../live/api-server.ts");
  const { readVersion } = await import("../../live/facts.ts");
  const { readIdentity } = await import("../../live/identity.ts");
  try {
    const server = await Server.open(cluster, spec, context);
    const [version, live, nodes] = await Promise.all([
      readVersion(server, timeoutMs),
      readIdentity(server, timeoutMs),
      readNodes(server),
    ]);
    const problem = judgeIdentity(cluster, kept, live);
    const written = spec.kubernetes?.version;
    return {
      ...{ cluster, version },
      ...(problem === undefined ? {} : { problem }),
      ...(written === undefined || minorOf(written) === minorOf(version) ? {} : { expected: written }),
      ...(nodes === undefined ? {} : { nodes }),
    };
  } catch (error) {
    context.signal.throwIfAborted();
    if (!(error instanceof DriftlessError)) throw error;
    return { cluster, problem: error.findings[0] };
  }
}

function withEnding(status: ClusterStatus, objects: readonly StateObject[]): ClusterStatus {
  const { version } = status;
  if (version === undefined) return status;
  const apis = objects.map(({ apiVersion, plainKind: kind }) => ({ apiVersion, kind }));
  const ending = endingApis(apis, version);
  return ending.length === 0 ? status : { ...status, ending };
}

async function readNodes(server: ApiServer): Promise<ClusterStatus["nodes"]> {
  const { ApiError } = await import("../../live/api-server.ts");
  try {
    const nodes = (await server.snapshot("v1", "Node", {}))?.objects ?? [];
    return { ready: nodes.filter(isReady).length, total: nodes.length };
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

function isReady(node: JsonObject): boolean {
  const { conditions } = record(node["status"]);
  const all: readonly Json[] = isList(conditions) ? conditions : [];
  return all.map(record).some(({ type, status }) => type === "Ready" && status === "True");
}

/** The same for people: `cluster eu: Kubernetes 1.36.3, 3/3 nodes ready`. */
export function clusterLines(statuses: readonly ClusterStatus[]): readonly Line[] {
  return statuses.map(({ cluster, problem, version, expected, nodes, ending = [] }): Line => {
    const known = [
      ...(version === undefined ? [] : [`Kubernetes ${version}`]),
      ...(expected === undefined ? [] : [`charts are rendered for ${expected}`]),
      ...(nodes === undefined ? [] : [`${nodes.ready}/${nodes.total} nodes ready`]),
      ...ending.map(endingText),
    ];
    const text = known.length === 0 ? "" : `${known.join(", ")}${problem === undefined ? "" : "; "}`;
    return [
      `cluster ${cluster}: ${text}`,
      ...(problem === undefined ? [] : [span("bad", `${problem.code} ${problem.message}`)]),
    ];
  });
}

/** `2 of policy/v1beta1 PodDisruptionBudget, which ends with 1.25 (use policy/v1/PodDisruptionBudget)`. */
function endingText({ apiVersion, kind, removed, replacement, objects }: EndingApi): string {
  const instead = replacement === undefined ? "" : ` (use ${replacement})`;
  return `${objects} of ${apiVersion} ${kind}, which ends with ${removed}${instead}`;
}
