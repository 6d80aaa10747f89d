import { CloudWatchLogsClient, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  DescribeAddressesCommand,
  DescribeInternetGatewaysCommand,
  DescribeLaunchTemplatesCommand,
  DescribeNatGatewaysCommand,
  DescribeSecurityGroupsCommand,
  DescribeVpcsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { EKSClient, ListClustersCommand } from "@aws-sdk/client-eks";
import { IAMClient, ListOpenIDConnectProvidersCommand, ListRolesCommand } from "@aws-sdk/client-iam";
import { DescribeKeyCommand, KMSClient, ListAliasesCommand, ListKeysCommand } from "@aws-sdk/client-kms";

/** Everything in a region that a new account does not have; each as `<what> <id>`. */
export async function leftovers(region: string): Promise<readonly string[]> {
  const [ec2, eks, iam, kms, logs] = [
    new EC2Client({ region }),
    new EKSClient({ region }),
    new IAMClient({ region }),
    new KMSClient({ region }),
    new CloudWatchLogsClient({ region }),
  ];
  const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({}));
  const vpcs = Vpcs.filter(({ IsDefault }) => IsDefault !== true).map(({ VpcId }) => VpcId);
  const { NatGateways = [] } = await ec2.send(new DescribeNatGatewaysCommand({}));
  const { Addresses = [] } = await ec2.send(new DescribeAddressesCommand({}));
  const { InternetGateways = [] } = await ec2.send(new DescribeInternetGatewaysCommand({}));
  const { LaunchTemplates = [] } = await ec2.send(new DescribeLaunchTemplatesCommand({}));
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({}));
  const { Keys = [] } = await kms.send(new ListKeysCommand({}));
  const keys = await Promise.all(Keys.map(({ KeyId }) => kms.send(new DescribeKeyCommand({ KeyId }))));
  const { Aliases = [] } = await kms.send(new ListAliasesCommand({}));
  const { Roles = [] } = await iam.send(new ListRolesCommand({}));
  const { OpenIDConnectProviderList = [] } = await iam.send(new ListOpenIDConnectProvidersCommand({}));
  const { clusters = [] } = await eks.send(new ListClustersCommand({}));
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({}));
  return Object.entries({
    vpc: vpcs,
    natGateway: NatGateways.filter(({ State }) => State !== "deleted").map(({ NatGatewayId }) => NatGatewayId),
    address: Addresses.map(({ AllocationId }) => AllocationId),
    internetGateway: InternetGateways.map(({ InternetGatewayId }) => InternetGatewayId),
    launchTemplate: LaunchTemplates.map(({ LaunchTemplateName }) => LaunchTemplateName),
    securityGroup: SecurityGroups.flatMap(({ GroupName }) => (GroupName === "default" ? [] : [GroupName])),
    key: keys.flatMap(({ KeyMetadata }) => (KeyMetadata?.KeyState === "PendingDeletion" ? [] : [KeyMetadata?.KeyId])),
    alias: Aliases.flatMap(({ AliasName }) => (AliasName?.startsWith("alias/aws/") === true ? [] : [AliasName])),
    role: Roles.map(({ RoleName }) => RoleName),
    oidcProvider: OpenIDConnectProviderList.map(({ Arn }) => Arn),
    cluster: clusters,
    logGroup: logGroups.map(({ logGroupName }) => logGroupName),
  }).flatMap(([what, ids]) => ids.map((id) => `${what} ${id ?? "?"}`));
}
