import type { EksAddress, EksTarget } from "../../core/eks/address.ts";
import { eksClient, type AwsEnv } from "./client.ts";
import { awsFailure, notReady, unknownCluster } from "./failure.ts";

/** What AWS says about a cluster. */
export interface EksDescription extends EksTarget {
  /** `ACTIVE`, `CREATING`, `UPDATING`, `DELETING`, `FAILED`, `PENDING`. */
  readonly status: string;
  /** Kubernetes version of its control plane: "1.34". */
  readonly version: string;
  /** Absent until it has an API server. */
  readonly address?: EksAddress;
}

/**
 * Asks AWS for a cluster; undefined if it has none of that name.
 * @param cluster Its name in the environment, for messages.
 * @throws {DriftlessError} AWS_CREDENTIALS, AWS_DENIED, CLUSTER_UNREACHABLE.
 */
export async function describeCluster(
  cluster: string,
  target: EksTarget,
  env: AwsEnv,
): Promise<EksDescription | undefined> {
  const { name, region } = target;
  const [client, { DescribeClusterCommand }] = await Promise.all([
    eksClient(region, env),
    import("@aws-sdk/client-eks"),
  ]);
  try {
    const { cluster: found } = await client.send(new DescribeClusterCommand({ name }));
    const { status = "UNKNOWN", version = "", endpoint, certificateAuthority } = found ?? {};
    const authority = certificateAuthority?.data;
    const known = endpoint !== undefined && authority !== undefined;
    return { name, region, status, version, ...(known ? { address: { name, region, endpoint, authority } } : {}) };
  } catch (error) {
    if (error instanceof Error && error.name === "ResourceNotFoundException") return undefined;
    throw awsFailure(cluster, target, error);
  } finally {
    client.destroy();
  }
}

/** Where the API server of a cluster is. Throws EKS_CLUSTER_UNKNOWN and EKS_CLUSTER_NOT_READY too. */
export async function eksAddress(cluster: string, target: EksTarget, env: AwsEnv): Promise<EksAddress> {
  const found = await describeCluster(cluster, target, env);
  if (found === undefined) throw unknownCluster(cluster, target);
  const { status, address } = found;
  if (address === undefined || (status !== "ACTIVE" && status !== "UPDATING")) throw notReady(cluster, target, status);
  return address;
}
