import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import type { Kind } from "./kind.ts";
import { known, map, numberIf, text, textIf, type Props } from "./props.ts";

function logs(region: string): CloudWatchLogsClient {
  return new CloudWatchLogsClient({ region });
}

/** `aws:cloudwatch/logGroup:LogGroup`. */
export const logGroup: Kind = {
  inputs: ["name", "retentionInDays", "kmsKeyId", "tags"],
  replaces: ["name"],
  outputs: ["arn"],
  named: "name",
  unique: true,
  create: async (inputs, region) => {
    const logGroupName = text(inputs, "name");
    const request = { logGroupName, kmsKeyId: textIf(inputs, "kmsKeyId"), tags: map(inputs, "tags") };
    await logs(region).send(new CreateLogGroupCommand(request));
    await setRetention(logGroupName, inputs, region);
    return logGroupName;
  },
  read: async (id, _state, region) => {
    const { logGroups } = await logs(region).send(new DescribeLogGroupsCommand({ logGroupNamePrefix: id }));
    const own = logGroups?.find(({ logGroupName }) => logGroupName === id);
    return own && known({ arn: own.arn, retentionInDays: own.retentionInDays });
  },
  update: (id, inputs, _old, region) => setRetention(id, inputs, region),
  remove: async (id, _state, region) => void (await logs(region).send(new DeleteLogGroupCommand({ logGroupName: id }))),
};

async function setRetention(logGroupName: string, inputs: Props, region: string): Promise<void> {
  const retentionInDays = numberIf(inputs, "retentionInDays");
  if (retentionInDays === undefined) return;
  await logs(region).send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays }));
}
