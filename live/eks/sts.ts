import type { SignatureV4 } from "@smithy/signature-v4";
import { eksClient, stsEndpoint, type AwsEnv } from "./client.ts";

/** What it takes to ask STS, or to have somebody else ask it, who we are. */
export interface StsSigner {
  readonly url: URL;
  readonly signer: SignatureV4;
  /** When the credentials end that it signs with; undefined if they do not. */
  readonly expiration: Date | undefined;
}

/** The call by which STS says who has signed it. */
export const callerIdentity = { Action: "GetCallerIdentity", Version: "2011-06-15" } as const;

/**
 * Signs calls of STS in a region with the credentials of AWS's default chain. No network but what these need.
 * @throws whatever AWS's library throws: see `awsFailure`.
 */
export async function stsSigner(region: string, env: AwsEnv): Promise<StsSigner> {
  const { SignatureV4 } = await import("@smithy/signature-v4");
  const client = await eksClient(region, env);
  try {
    const { credentials, sha256 } = client.config;
    const identity = await credentials();
    const signer = new SignatureV4({ service: "sts", region, credentials: identity, sha256 });
    return { url: stsEndpoint(region, env), signer, expiration: identity.expiration };
  } finally {
    client.destroy();
  }
}
