/*
 * Names that things have at AWS. A dot parts what belongs to a cluster from its name, because no name of a document holds
 * one: no two clusters of an environment can meet in a name.
 */

/** Name of the role of the control plane. */
export const clusterRoleName = (cluster: string): string => `${cluster}.cluster`;
/** Name of the role of the nodes of all node groups. */
export const nodeRoleName = (cluster: string): string => `${cluster}.nodes`;
/** Name of the role with which Fargate starts pods. */
export const fargateRoleName = (cluster: string): string => `${cluster}.fargate`;
/** Name of the role of the driver of EBS volumes. */
export const volumeRoleName = (cluster: string): string => `${cluster}.ebs-csi`;
/** Name of the role of an entry of `podIdentity`. */
export const podRoleName = (cluster: string, entry: string): string => `${cluster}.pod.${entry}`;
/** Name of the launch template of a node group. */
export const templateName = (cluster: string, group: string): string => `${cluster}.${group}`;
/** Name of the log group that EKS writes to. */
export const logGroupName = (cluster: string): string => `/aws/eks/${cluster}/cluster`;
/** Alias of the key. */
export const keyAlias = (cluster: string): string => `alias/eks/${cluster}`;
/** How the names of the node groups that replace each other begin; AWS appends 26 characters. */
export const groupNamePrefix = (group: string): string => `${group}-`;

/** Characters that AWS takes for the name of a role. */
export const longestRoleName = 64;
/** Characters that AWS takes for what a node group's name begins with. */
export const longestGroupNamePrefix = 37;

/** Which account and identity an ARN names: `123456789012/role/admin`. It is who it is, whatever a document calls it. */
export function principalKey(arn: string): string {
  const [, , , , account = "", ...rest] = arn.split(":");
  return `${account}/${rest.join(":")}`;
}
