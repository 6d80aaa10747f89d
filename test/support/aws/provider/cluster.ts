import {
  CreateClusterCommand,
  DeleteClusterCommand,
  DescribeClusterCommand,
  EKSClient,
  TagResourceCommand,
  UpdateClusterConfigCommand,
  UpdateClusterVersionCommand,
  type LogType,
  type VpcConfigRequest,
} from "@aws-sdk/client-eks";
import { isDeepStrictEqual } from "node:util";
import { gone, type Kind } from "./kind.ts";
import { child, children, flagIf, given, known, map, text, textIf, texts, type Props } from "./props.ts";

/** A client of EKS in a region. */
export function eks(region: string): EKSClient {
  return new EKSClient({ region });
}

const logTypes: readonly LogType[] = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

/** `aws:eks/cluster:Cluster`. */
export const cluster: Kind = {
  inputs: [
    ...["name", "roleArn", "version", "vpcConfig", "accessConfig", "encryptionConfig", "enabledClusterLogTypes"],
    ...["kubernetesNetworkConfig", "upgradePolicy", "deletionProtection", "bootstrapSelfManagedAddons", "tags"],
  ],
  replaces: [
    ...["name", "roleArn", "accessConfig", "encryptionConfig", "kubernetesNetworkConfig"],
    ...["bootstrapSelfManagedAddons"],
  ],
  outputs: ["arn", "endpoint", "certificateAuthority", "identities", "platformVersion", "status", "createdAt"],
  named: "name",
  unique: true,
  create: async (inputs, region) => {
    const access = child(inputs, "accessConfig");
    const mode = textIf(access, "authenticationMode");
    const { cluster: made } = await eks(region).send(
      new CreateClusterCommand({
        name: text(inputs, "name"),
        roleArn: text(inputs, "roleArn"),
        version: textIf(inputs, "version"),
        resourcesVpcConfig: vpcConfig(inputs),
        accessConfig: {
          ...(mode === "API" || mode === "API_AND_CONFIG_MAP" ? { authenticationMode: mode } : {}),
          bootstrapClusterCreatorAdminPermissions: flagIf(access, "bootstrapClusterCreatorAdminPermissions"),
        },
        encryptionConfig: encryption(inputs),
        logging: logging(inputs),
        kubernetesNetworkConfig: {
          serviceIpv4Cidr: textIf(child(inputs, "kubernetesNetworkConfig"), "serviceIpv4Cidr"),
        },
        deletionProtection: flagIf(inputs, "deletionProtection"),
        tags: map(inputs, "tags"),
      }),
    );
    return given(made?.name);
  },
  read: async (id, state, region) => {
    const found = await eks(region)
      .send(new DescribeClusterCommand({ name: id }))
      .catch(gone);
    const own = found?.cluster;
    if (own === undefined) return undefined;
    const network = own.resourcesVpcConfig;
    return known({
      arn: own.arn,
      endpoint: own.endpoint,
      version: own.version,
      certificateAuthority: { data: own.certificateAuthority?.data ?? "" },
      identities: [{ oidcs: [{ issuer: own.identity?.oidc?.issuer ?? "" }] }],
      platformVersion: own.platformVersion,
      status: own.status,
      createdAt: own.createdAt?.toISOString(),
      vpcConfig: {
        ...child(state, "vpcConfig"),
        vpcId: network?.vpcId ?? "",
        clusterSecurityGroupId: network?.clusterSecurityGroupId ?? "",
      },
    });
  },
  update: async (name, inputs, old, region) => {
    const client = eks(region);
    const changed = (input: string): boolean => !isDeepStrictEqual(inputs[input], old[input]);
    if (changed("version"))
      await client.send(new UpdateClusterVersionCommand({ name, version: text(inputs, "version") }));
    if (changed("vpcConfig"))
      await client.send(new UpdateClusterConfigCommand({ name, resourcesVpcConfig: vpcConfig(inputs) }));
    if (changed("enabledClusterLogTypes"))
      await client.send(new UpdateClusterConfigCommand({ name, logging: logging(inputs) }));
    if (changed("deletionProtection")) {
      const deletionProtection = flagIf(inputs, "deletionProtection") ?? false;
      await client.send(new UpdateClusterConfigCommand({ name, deletionProtection }));
    }
    const { cluster: own } = await client.send(new DescribeClusterCommand({ name }));
    if (changed("tags"))
      await client.send(new TagResourceCommand({ resourceArn: given(own?.arn), tags: map(inputs, "tags") }));
  },
  remove: async (name, _state, region) => void (await eks(region).send(new DeleteClusterCommand({ name }))),
};

function vpcConfig(inputs: Props): VpcConfigRequest {
  const config = child(inputs, "vpcConfig");
  return {
    subnetIds: texts(config, "subnetIds"),
    securityGroupIds: texts(config, "securityGroupIds"),
    endpointPrivateAccess: flagIf(config, "endpointPrivateAccess"),
    endpointPublicAccess: flagIf(config, "endpointPublicAccess"),
    publicAccessCidrs: texts(config, "publicAccessCidrs"),
  };
}

function encryption(inputs: Props): { resources: string[]; provider: { keyArn: string } }[] {
  return children({ list: [inputs["encryptionConfig"] ?? {}] }, "list")
    .filter((config) => config["provider"] !== undefined)
    .map((config) => ({
      resources: texts(config, "resources"),
      provider: { keyArn: text(child(config, "provider"), "keyArn") },
    }));
}

function logging(inputs: Props): { clusterLogging: { types: LogType[]; enabled: boolean }[] } {
  const on = texts(inputs, "enabledClusterLogTypes");
  return { clusterLogging: [{ types: logTypes.filter((type) => on.includes(type)), enabled: true }] };
}
