import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  CreateSecurityGroupCommand,
  DeleteLaunchTemplateCommand,
  DeleteSecurityGroupCommand,
  DescribeLaunchTemplatesCommand,
  DescribeSecurityGroupsCommand,
  ModifyLaunchTemplateCommand,
  type IpPermission,
  type RequestLaunchTemplateData,
  type ResourceType,
} from "@aws-sdk/client-ec2";
import { gone, type Kind } from "./kind.ts";
import { ec2, retag, tagged } from "./network.ts";
import { child, children, flagIf, given, known, numberIf, tagList, text, textIf, texts, type Props } from "./props.ts";

/** `aws:ec2/securityGroup:SecurityGroup`, with its rules in it. */
export const securityGroup: Kind = {
  inputs: ["name", "description", "vpcId", "ingress", "egress", "revokeRulesOnDelete", "tags"],
  // The real provider changes rules in place; here that is not needed.
  replaces: ["name", "description", "vpcId", "ingress", "egress"],
  outputs: ["arn"],
  named: "name",
  unique: true,
  create: async (inputs, region) => {
    const client = ec2(region);
    const { GroupId } = await client.send(
      new CreateSecurityGroupCommand({
        GroupName: text(inputs, "name"),
        Description: textIf(inputs, "description") ?? "Managed by Pulumi",
        VpcId: textIf(inputs, "vpcId"),
        TagSpecifications: tagged("security-group", inputs),
      }),
    );
    const [ingress, egress] = [rules(inputs, "ingress"), rules(inputs, "egress")];
    if (ingress.length > 0)
      await client.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: ingress }));
    if (egress.length > 0)
      await client.send(new AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions: egress }));
    return given(GroupId);
  },
  read: async (id, _state, region) => {
    const found = await ec2(region)
      .send(new DescribeSecurityGroupsCommand({ GroupIds: [id] }))
      .catch(gone);
    const own = found?.SecurityGroups?.[0];
    return own && known({ arn: `arn:aws:ec2:${region}:${own.OwnerId}:security-group/${id}` });
  },
  update: retag,
  remove: async (id, _state, region) => void (await ec2(region).send(new DeleteSecurityGroupCommand({ GroupId: id }))),
};

function rules(inputs: Props, name: string): IpPermission[] {
  return children(inputs, name).map((rule) => ({
    IpProtocol: text(rule, "protocol"),
    FromPort: numberIf(rule, "fromPort"),
    ToPort: numberIf(rule, "toPort"),
    IpRanges: texts(rule, "cidrBlocks").map((CidrIp) => ({ CidrIp })),
    UserIdGroupPairs: texts(rule, "securityGroups").map((GroupId) => ({ GroupId })),
  }));
}

/** `aws:ec2/launchTemplate:LaunchTemplate`. */
export const launchTemplate: Kind = {
  inputs: [
    ...["name", "description", "metadataOptions", "blockDeviceMappings", "tagSpecifications", "updateDefaultVersion"],
    ...["vpcSecurityGroupIds", "tags"],
  ],
  replaces: ["name"],
  outputs: ["arn", "latestVersion", "defaultVersion"],
  changing: ["latestVersion", "defaultVersion"],
  named: "name",
  unique: true,
  create: async (inputs, region) => {
    const { LaunchTemplate } = await ec2(region).send(
      new CreateLaunchTemplateCommand({
        LaunchTemplateName: text(inputs, "name"),
        LaunchTemplateData: templateData(inputs),
        TagSpecifications: tagged("launch-template", inputs),
      }),
    );
    return given(LaunchTemplate?.LaunchTemplateId);
  },
  read: async (id, _state, region) => {
    const request = new DescribeLaunchTemplatesCommand({ LaunchTemplateIds: [id] });
    const found = await ec2(region).send(request).catch(gone);
    const own = found?.LaunchTemplates?.[0];
    const arn = `arn:aws:ec2:${region}::launch-template/${id}`;
    return own && known({ arn, latestVersion: own.LatestVersionNumber, defaultVersion: own.DefaultVersionNumber });
  },
  update: async (id, inputs, old, region) => {
    const client = ec2(region);
    const { LaunchTemplateVersion } = await client.send(
      new CreateLaunchTemplateVersionCommand({ LaunchTemplateId: id, LaunchTemplateData: templateData(inputs) }),
    );
    if (flagIf(inputs, "updateDefaultVersion") === true) {
      const DefaultVersion = String(LaunchTemplateVersion?.VersionNumber);
      await client.send(new ModifyLaunchTemplateCommand({ LaunchTemplateId: id, DefaultVersion }));
    }
    await retag(id, inputs, old, region);
  },
  remove: async (id, _state, region) =>
    void (await ec2(region).send(new DeleteLaunchTemplateCommand({ LaunchTemplateId: id }))),
};

function templateData(inputs: Props): RequestLaunchTemplateData {
  const metadata = child(inputs, "metadataOptions");
  return {
    MetadataOptions: {
      HttpTokens: textIf(metadata, "httpTokens") === "required" ? "required" : "optional",
      HttpPutResponseHopLimit: numberIf(metadata, "httpPutResponseHopLimit"),
    },
    BlockDeviceMappings: children(inputs, "blockDeviceMappings").map((mapping) => ({
      DeviceName: textIf(mapping, "deviceName"),
      Ebs: {
        VolumeSize: numberIf(child(mapping, "ebs"), "volumeSize"),
        VolumeType: textIf(child(mapping, "ebs"), "volumeType") === "gp3" ? "gp3" : undefined,
        Encrypted: textIf(child(mapping, "ebs"), "encrypted") === "true",
        KmsKeyId: textIf(child(mapping, "ebs"), "kmsKeyId"),
      },
    })),
    TagSpecifications: children(inputs, "tagSpecifications").flatMap((each) => {
      const type = resourceTypes.find((known) => known === textIf(each, "resourceType"));
      return type === undefined ? [] : [{ ResourceType: type, Tags: tagList(each) }];
    }),
    SecurityGroupIds: texts(inputs, "vpcSecurityGroupIds"),
  };
}

const resourceTypes: readonly ResourceType[] = ["instance", "volume", "network-interface"];
