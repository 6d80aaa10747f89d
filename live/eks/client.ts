import type { EKSClient } from "@aws-sdk/client-eks";

/** Variables that name where AWS is; credentials and profiles are the business of AWS's own chain. */
export type AwsEnv = Readonly<Record<string, string | undefined>>;

const connectionTimeout = 5_000;
const requestTimeout = 15_000;

/** A client of EKS in a region, with the credentials of AWS's default chain. Loads AWS's library, which takes 0.3 s. */
export async function eksClient(region: string, env: AwsEnv): Promise<EKSClient> {
  const { EKSClient } = await import("@aws-sdk/client-eks");
  const endpoint = endpointOf("EKS", env);
  return new EKSClient({
    region,
    requestHandler: { connectionTimeout, requestTimeout },
    ...(endpoint === undefined ? {} : { endpoint }),
  });
}

/** Where STS is in a region. */
export function stsEndpoint(region: string, env: AwsEnv): URL {
  const suffix = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  return new URL(endpointOf("STS", env) ?? `https://sts.${region}.${suffix}/`);
}

function endpointOf(service: "EKS" | "STS", env: AwsEnv): string | undefined {
  if (env["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] === "true") return undefined;
  return [env[`AWS_ENDPOINT_URL_${service}`], env["AWS_ENDPOINT_URL"]].find((url) => url !== undefined && url !== "");
}
