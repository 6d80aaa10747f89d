import type { EksTarget } from "../../core/eks/address.ts";
import { failure, type DriftlessError } from "../../core/errors/error.ts";
import { connectionReason } from "../unreachable.ts";

const rejected: ReadonlySet<string> = new Set([
  "IncompleteSignature",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "MissingAuthenticationToken",
  "RequestTimeTooSkewed",
  "SignatureDoesNotMatch",
  "UnrecognizedClientException",
]);
const expired: ReadonlySet<string> = new Set(["ExpiredToken", "ExpiredTokenException", "RequestExpired"]);
const missing: ReadonlySet<string> = new Set(["CredentialsProviderError", "TokenProviderError", "ProviderError"]);
const denied: ReadonlySet<string> = new Set(["AccessDenied", "AccessDeniedException", "UnauthorizedOperation"]);

const chain =
  "Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or sign in (`aws sso login`); in CI give the job a role of AWS.";

/** What AWS said about a cluster, as one of our errors: never with what was sent. */
export function awsFailure(cluster: string, { name, region }: EksTarget, cause: unknown): DriftlessError {
  const { name: kind, message } = cause instanceof Error ? cause : { name: "", message: String(cause) };
  const what = `the EKS cluster "${name}" in ${region}, which is the cluster "${cluster}"`;
  if (missing.has(kind)) {
    // AWS's library names the profile that it looked for; what it says of files is of this machine only.
    const said = message.includes("/") || message === "" ? "" : `: ${message.replace(/\.$/, "")}`;
    return failure("AWS_CREDENTIALS", `There are no credentials of AWS with which to ask for ${what}${said}.`, chain, {
      cause,
    });
  }
  if (expired.has(kind)) {
    const text = `The credentials of AWS have expired with which it was asked for ${what} (${kind}).`;
    return failure("AWS_CREDENTIALS", text, `Get new ones. ${chain}`, { cause });
  }
  if (codeOf(cause) === "ERR_INVALID_CHAR") {
    const text = `The credentials of AWS with which to ask for ${what} hold a character that cannot be sent, such as a line break.`;
    return failure("AWS_CREDENTIALS", text, "Set them anew, without anything before or behind them.", { cause });
  }
  if (codeOf(cause) === "ERR_INVALID_URL") {
    const text = `AWS cannot be asked for ${what}: AWS_ENDPOINT_URL, which says where AWS is, holds no URL.`;
    return failure("CLUSTER_UNREACHABLE", text, "Unset it, or write a URL that begins with https://.", { cause });
  }
  if (rejected.has(kind)) {
    const text = `AWS does not accept the credentials with which it was asked for ${what} (${kind}).`;
    return failure(
      "AWS_CREDENTIALS",
      text,
      `${chain} If the region has to be enabled for the account, enable it; the clock of this machine has to be right.`,
      {
        cause,
      },
    );
  }
  if (denied.has(kind)) {
    const text = `AWS does not allow eks:DescribeCluster of ${what}: ${message}`;
    return failure("AWS_DENIED", text, "Give the identity that runs Driftless a policy that allows it.", { cause });
  }
  const reason = codeOf(cause) === undefined ? `${kind}: ${message}` : connectionReason(cause);
  return failure(
    "CLUSTER_UNREACHABLE",
    `AWS cannot be asked for ${what}: ${reason}.`,
    `Check that AWS has a region "${region}", and the network to it; nothing was changed.`,
    { cause },
  );
}

/** AWS knows no cluster of that name. */
export function unknownCluster(cluster: string, { name, region }: EksTarget): DriftlessError {
  return failure(
    "EKS_CLUSTER_UNKNOWN",
    `AWS has no EKS cluster "${name}" in ${region}, which is to be the cluster "${cluster}".`,
    `Check clusters.${cluster}.eks (name and region), and that the credentials are of its account (\`aws sts get-caller-identity\`).`,
  );
}

/** The cluster is there, and its API server is not. */
export function notReady(cluster: string, { name, region }: EksTarget, status: string): DriftlessError {
  return failure(
    "EKS_CLUSTER_NOT_READY",
    `The EKS cluster "${name}" in ${region}, which is the cluster "${cluster}", is ${status} and has no API server to talk to.`,
    status === "CREATING" || status === "PENDING"
      ? "Run the command again when it is ACTIVE."
      : "See what AWS says about it, and mend it there.",
  );
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
