import type { EksAddress, EksTarget } from "../../core/eks/address.ts";
import { eksKubeconfig } from "../../core/eks/kubeconfig.ts";
import type { AwsEnv } from "./client.ts";
import { eksAddress } from "./describe.ts";
import { eksToken } from "./token.ts";

/** How to reach an EKS cluster for some minutes. */
export interface EksSession {
  readonly address: EksAddress;
  /** A kubeconfig with a token in it: not to be written anywhere. */
  readonly content: string;
  readonly until: Date;
}

/** By cluster: a command opens many connections, and each would ask AWS twice. Never outlives this process. */
const sessions = new Map<string, Promise<EksSession>>();
const earlyMs = 60_000;

/**
 * How to reach an EKS cluster; asks AWS where that is not known, or ends within a minute.
 * @param fresh Asks anyway: after the API server refused what was known.
 * @throws {DriftlessError} AWS_CREDENTIALS, AWS_DENIED, CLUSTER_UNREACHABLE, EKS_CLUSTER_UNKNOWN, EKS_CLUSTER_NOT_READY.
 */
export async function eksSession(cluster: string, target: EksTarget, env: AwsEnv, fresh = false): Promise<EksSession> {
  const { name, region } = target;
  const { AWS_ENDPOINT_URL, AWS_PROFILE, AWS_ACCESS_KEY_ID } = env;
  const key = JSON.stringify([name, region, AWS_ENDPOINT_URL, AWS_PROFILE, AWS_ACCESS_KEY_ID]);
  const known = fresh ? undefined : await sessions.get(key);
  if (known !== undefined && known.until.getTime() - earlyMs > Date.now()) return known;
  const opened = open(cluster, target, env);
  sessions.set(key, opened);
  // What failed is asked again.
  opened.catch(() => sessions.delete(key));
  return opened;
}

async function open(cluster: string, target: EksTarget, env: AwsEnv): Promise<EksSession> {
  const [address, { token, until }] = await Promise.all([
    eksAddress(cluster, target, env),
    eksToken(cluster, target, env),
  ]);
  return { address, content: eksKubeconfig(address, token), until };
}
