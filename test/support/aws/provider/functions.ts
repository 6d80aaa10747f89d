import { DescribeAvailabilityZonesCommand } from "@aws-sdk/client-ec2";
import { DescribeClusterCommand } from "@aws-sdk/client-eks";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { eks } from "./cluster.ts";
import type { Invoke } from "./kind.ts";
import { ec2 } from "./network.ts";
import { known, text } from "./props.ts";

/** `aws:index/getAvailabilityZones:getAvailabilityZones`: all that are available. */
export const getAvailabilityZones: Invoke = async (_args, region) => {
  const { AvailabilityZones = [] } = await ec2(region).send(new DescribeAvailabilityZonesCommand({}));
  const zones = AvailabilityZones.filter(({ State }) => State === "available");
  return {
    id: region,
    names: zones.flatMap(({ ZoneName }) => ZoneName ?? []),
    zoneIds: zones.flatMap(({ ZoneId }) => ZoneId ?? []),
    groupNames: [],
  };
};

/** `aws:index/getCallerIdentity:getCallerIdentity`. */
export const getCallerIdentity: Invoke = async (_args, region) => {
  const { Account, Arn, UserId } = await new STSClient({ region }).send(new GetCallerIdentityCommand({}));
  return known({ id: Account, accountId: Account, arn: Arn, userId: UserId });
};

/** `aws:index/getPartition:getPartition`: there is only one here. */
export const getPartition: Invoke = () =>
  Promise.resolve({ id: "aws", partition: "aws", dnsSuffix: "amazonaws.com", reverseDnsPrefix: "com.amazonaws" });

/** `aws:eks/getCluster:getCluster`. */
export const getCluster: Invoke = async (args, region) => {
  const { cluster } = await eks(region).send(new DescribeClusterCommand({ name: text(args, "name") }));
  return known({
    id: cluster?.name,
    name: cluster?.name,
    arn: cluster?.arn,
    endpoint: cluster?.endpoint,
    version: cluster?.version,
    status: cluster?.status,
    certificateAuthorities: [{ data: cluster?.certificateAuthority?.data ?? "" }],
  });
};
