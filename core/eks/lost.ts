import { errorFinding, type Finding } from "../errors/finding.ts";
import { isList, record } from "../manifest/json.ts";
import type { JsonObject } from "../manifest/manifest.ts";
import { cloudOfUrn } from "../plan/cloud.ts";
import type { EksTarget } from "./address.ts";

/** Where an EKS cluster was made that a state holds. Each is undefined if the state does not tell. */
export interface MadeAt {
  readonly region: string | undefined;
  /** Twelve digits. */
  readonly account: string | undefined;
}

/** The EKS clusters that a state holds, by their names at AWS. */
export function heldEks(deployment: JsonObject | undefined): ReadonlyMap<string, MadeAt> {
  const resources = deployment?.["resources"];
  return new Map(
    (isList(resources) ? resources : []).flatMap((entry): readonly (readonly [string, MadeAt])[] => {
      const { urn, inputs, outputs, delete: leaving } = record(entry);
      const isCluster = typeof urn === "string" && cloudOfUrn(urn)?.kind === "Cluster.eks.aws";
      const { name } = record(inputs);
      if (!isCluster || leaving === true || typeof name !== "string") return [];
      const { arn } = record(outputs);
      const [, region, account] = /^arn:[\w-]+:eks:([\w-]+):(\d{12}):/.exec(typeof arn === "string" ? arn : "") ?? [];
      return [[name, { region, account }]];
    }),
  );
}

/**
 * Why somebody does not find a cluster where they look: another region, or credentials of another account. Undefined if they
 * look where it was made, or nobody can tell.
 * @param account That of the credentials; undefined if it is not known.
 */
export function wrongPlace(
  cluster: string,
  { name, region }: EksTarget,
  made: MadeAt,
  account: string | undefined,
): Finding | undefined {
  const what = `the EKS cluster "${name}", which is the cluster "${cluster}",`;
  if (made.region !== undefined && made.region !== region) {
    return errorFinding(
      "EKS_CLUSTER_LOST",
      `The document looks for ${what} in ${region}, and it was made in ${made.region}: a cluster cannot move.`,
      `Write clusters.${cluster}.eks.region: ${made.region}; one in another region needs another name under \`clusters\`. Nothing was touched.`,
    );
  }
  if (made.account === undefined || account === undefined || made.account === account) return undefined;
  return errorFinding(
    "EKS_CLUSTER_LOST",
    `The credentials are of the AWS account ${account}, and ${what} was made in the account ${made.account}.`,
    `Use credentials of ${made.account}. Nothing was touched.`,
  );
}

/** That AWS does not have a cluster that was there. */
export function lostFinding(cluster: string, { name, region }: EksTarget, account?: string): Finding {
  const where = account === undefined ? region : `${region} of the account ${account}`;
  const check =
    account === undefined
      ? "Check that the credentials are of its account (`aws sts get-caller-identity`). "
      : "Nothing was touched. ";
  return errorFinding(
    "EKS_CLUSTER_LOST",
    `The EKS cluster "${name}" in ${where}, which is the cluster "${cluster}", was there at the last update, and AWS does not have it any more.`,
    `${check}If somebody deleted it, make it and all that was on it anew: driftless recover <env> --cluster ${cluster}`,
  );
}
