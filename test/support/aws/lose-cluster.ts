import {
  DeleteClusterCommand,
  DeleteFargateProfileCommand,
  DeleteNodegroupCommand,
  EKSClient,
  ListFargateProfilesCommand,
  ListNodegroupsCommand,
  UpdateClusterConfigCommand,
} from "@aws-sdk/client-eks";

/** Deletes an EKS cluster and what is in it as somebody does who knows nothing of Driftless; its network stays. */
export async function loseCluster(region: string, name: string): Promise<void> {
  const eks = new EKSClient({ region });
  const { nodegroups = [] } = await eks.send(new ListNodegroupsCommand({ clusterName: name }));
  for (const nodegroupName of nodegroups) {
    await eks.send(new DeleteNodegroupCommand({ clusterName: name, nodegroupName }));
  }
  const { fargateProfileNames = [] } = await eks.send(new ListFargateProfilesCommand({ clusterName: name }));
  for (const fargateProfileName of fargateProfileNames) {
    await eks.send(new DeleteFargateProfileCommand({ clusterName: name, fargateProfileName }));
  }
  await eks.send(new UpdateClusterConfigCommand({ name, deletionProtection: false }));
  await eks.send(new DeleteClusterCommand({ name }));
}
