import type { EksTarget } from "../../core/eks/address.ts";
import type { AwsEnv } from "./client.ts";
import { awsFailure } from "./failure.ts";
import { callerIdentity, stsSigner } from "./sts.ts";

const timeoutMs = 15_000;

/**
 * The account that the credentials are of: twelve digits.
 * @param cluster Name in the environment of the cluster that it is asked for, for messages.
 * @throws {DriftlessError} AWS_CREDENTIALS, AWS_DENIED, CLUSTER_UNREACHABLE.
 */
export async function callerAccount(cluster: string, target: EksTarget, env: AwsEnv): Promise<string> {
  try {
    const { url, signer } = await stsSigner(target.region, env);
    const body = new URLSearchParams(callerIdentity).toString();
    const { headers } = await signer.sign({
      method: "POST",
      protocol: url.protocol,
      hostname: url.hostname,
      path: "/",
      headers: { host: url.host, "content-type": "application/x-www-form-urlencoded" },
      body,
    });
    const answer = await fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(timeoutMs) });
    const text = await answer.text();
    const account = /<Account>(\d{12})<\/Account>/.exec(text)?.[1];
    if (answer.ok && account !== undefined) return account;
    const refused = new Error(`STS answered ${answer.status} without an account`);
    refused.name = /<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? "UnknownAnswer";
    throw refused;
  } catch (error) {
    throw awsFailure(cluster, target, error);
  }
}
