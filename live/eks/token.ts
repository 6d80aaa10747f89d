import type { EksTarget } from "../../core/eks/address.ts";
import type { AwsEnv } from "./client.ts";
import { awsFailure } from "./failure.ts";
import { callerIdentity, stsSigner } from "./sts.ts";

/** What an API server of EKS takes as a bearer token. */
export interface EksToken {
  readonly token: string;
  /** When it has to be replaced; EKS takes it a minute longer. */
  readonly until: Date;
}

/** EKS takes a token for 15 minutes after it was signed. */
const lifeMs = 14 * 60_000;
/** What everybody signs for; STS is asked by EKS, at once. Seconds. */
const signedFor = 60;

/**
 * Makes a token for a cluster: a call of STS, signed and not sent, which EKS sends to learn who signed it. No network but
 * what the credentials need.
 * @param cluster Its name in the environment, for messages.
 * @throws {DriftlessError} AWS_CREDENTIALS, CLUSTER_UNREACHABLE.
 */
export async function eksToken(cluster: string, target: EksTarget, env: AwsEnv): Promise<EksToken> {
  const { region, name } = target;
  try {
    const { url, signer, expiration } = await stsSigner(region, env);
    const { query = {} } = await signer.presign(
      {
        method: "GET",
        protocol: url.protocol,
        hostname: url.hostname,
        path: "/",
        query: callerIdentity,
        headers: { host: url.host, "x-k8s-aws-id": name },
      },
      { expiresIn: signedFor },
    );
    for (const [field, value] of Object.entries(query)) url.searchParams.set(field, String(value));
    const end = Date.now() + lifeMs;
    const until = new Date(Math.min(end, expiration?.getTime() ?? end));
    return { token: `k8s-aws-v1.${Buffer.from(url.href).toString("base64url")}`, until };
  } catch (error) {
    throw awsFailure(cluster, target, error);
  }
}
