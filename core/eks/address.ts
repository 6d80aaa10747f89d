import type { EksClusterSpec } from "../environment/spec.ts";

/** An EKS cluster as AWS knows it. */
export interface EksTarget {
  /** Its name at AWS. */
  readonly name: string;
  readonly region: string;
}

/** Where the API server of an EKS cluster is. */
export interface EksAddress extends EksTarget {
  /** `https://…`, as DescribeCluster gives it. */
  readonly endpoint: string;
  /** Certificates of its authority: PEM in base64. */
  readonly authority: string;
}

/** The cluster at AWS that a cluster of an environment is. */
export function eksTarget({ eks }: EksClusterSpec): EksTarget {
  return { name: "existing" in eks ? eks.existing : eks.name, region: eks.region };
}
