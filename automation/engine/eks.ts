import { eksTarget, type EksTarget } from "../../core/eks/address.ts";
import { heldEks, lostFinding, wrongPlace } from "../../core/eks/lost.ts";
import type { ClusterSpec } from "../../core/environment/spec.ts";
import { DriftlessError, throwErrors } from "../../core/errors/error.ts";
import type { Finding } from "../../core/errors/finding.ts";
import { isMade } from "../../core/safety/cluster-parts.ts";
import type { StateExport } from "./types.ts";

type Clusters = Readonly<Record<string, ClusterSpec>>;
type Env = Readonly<Record<string, string | undefined>>;

/**
 * The clusters that are there: all but those that a run is still to make at AWS. Asks AWS where there are some on EKS.
 * @throws {DriftlessError} EKS_CLUSTER_NOT_READY, EKS_CLUSTER_UNKNOWN for one taken by name, and what AWS refuses to say.
 */
export async function presentClusters(clusters: Clusters, env: Env): Promise<Clusters> {
  const entries = Object.entries(clusters);
  if (!entries.some(([, spec]) => "eks" in spec)) return clusters;
  const { eksAddress } = await import("../../live/eks/describe.ts");
  const findings: Finding[] = [];
  const present = await Promise.all(
    entries.map(async ([name, spec]) => {
      if (!("eks" in spec)) return true;
      try {
        await eksAddress(name, eksTarget(spec), env);
        return true;
      } catch (error) {
        if (!(error instanceof DriftlessError)) throw error;
        if (error.code === "EKS_CLUSTER_UNKNOWN" && isMade(spec)) return false;
        findings.push(...error.findings);
        return true;
      }
    }),
  );
  throwErrors(findings);
  return Object.fromEntries(entries.filter((_, at) => present[at] === true));
}

/** A cluster that the state holds and AWS does not have. */
interface Missing {
  readonly cluster: string;
  /** That it is lost. */
  readonly lost: Finding;
  /** That somebody looks for it in the wrong place, which is as good as certain. */
  readonly wrong: Finding | undefined;
}

/** Tells the account that the credentials are of. */
type AskAccount = (cluster: string, target: EksTarget) => Promise<string>;

/** Asks AWS whose the credentials are. Throws AWS_CREDENTIALS and CLUSTER_UNREACHABLE. */
export function askAccount(env: Env): AskAccount {
  return async (cluster, target) => {
    const { callerAccount } = await import("../../live/eks/account.ts");
    return callerAccount(cluster, target, env);
  };
}

/**
 * Throws EKS_CLUSTER_LOST for clusters that the state holds and AWS does not have: the account or the region may be wrong,
 * and what ran on them is not to be taken for deleted.
 */
export async function refuseLost(
  clusters: Clusters,
  present: Clusters,
  state: StateExport | undefined,
  ask: AskAccount,
): Promise<void> {
  // The refusal stands where nobody says whose the credentials are.
  const missing = await missingClusters(clusters, present, state, (...of) => ask(...of).catch(unlessOurs));
  throwErrors(missing.map(({ lost, wrong }) => wrong ?? lost));
}

/**
 * Names of the clusters that the state holds and that AWS does not have any more.
 * @throws {DriftlessError} EKS_CLUSTER_LOST for those that are looked for in another region or account than theirs, and what
 * `ask` throws.
 */
export async function lostClusters(
  clusters: Clusters,
  present: Clusters,
  state: StateExport | undefined,
  ask: AskAccount,
): Promise<ReadonlySet<string>> {
  const missing = await missingClusters(clusters, present, state, ask);
  throwErrors(missing.flatMap(({ wrong }) => wrong ?? []));
  return new Set(missing.map(({ cluster }) => cluster));
}

async function missingClusters(
  clusters: Clusters,
  present: Clusters,
  state: StateExport | undefined,
  ask: (...of: Parameters<AskAccount>) => Promise<string | undefined>,
): Promise<readonly Missing[]> {
  const held = heldEks(state?.deployment);
  const missing = await Promise.all(
    Object.entries(clusters).map(async ([cluster, spec]): Promise<readonly Missing[]> => {
      const target = "eks" in spec && !Object.hasOwn(present, cluster) ? eksTarget(spec) : undefined;
      const made = held.get(target?.name ?? "");
      if (target === undefined || made === undefined) return [];
      const account = await ask(cluster, target);
      const wrong = wrongPlace(cluster, target, made, account);
      return [{ cluster, lost: lostFinding(cluster, target, account), wrong }];
    }),
  );
  return missing.flat();
}

function unlessOurs(error: unknown): undefined {
  if (!(error instanceof DriftlessError)) throw error;
}
