/** The partition of AWS that a region belongs to: the second part of an ARN. */
export function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  if (region.startsWith("us-gov-")) return "aws-us-gov";
  return region.startsWith("eusc-") ? "aws-eusc" : "aws";
}

/** ARN of a policy that AWS keeps, by its name: `AmazonEKSClusterPolicy`. One that is an ARN already stays as it is. */
export function managedPolicyArn(region: string, policy: string): string {
  return policy.startsWith("arn:") ? policy : `arn:${partitionOf(region)}:iam::aws:policy/${policy}`;
}

/** ARN of an access policy of EKS, by its name: `AmazonEKSViewPolicy`. */
export function accessPolicyArn(region: string, policy: string): string {
  return `arn:${partitionOf(region)}:eks::aws:cluster-access-policy/${policy}`;
}

/** The service of AWS that instances are of, as roles name it. */
export function instanceService(region: string): string {
  return region.startsWith("cn-") ? "ec2.amazonaws.com.cn" : "ec2.amazonaws.com";
}
