import {
  CreateFargateProfileCommand,
  CreateNodegroupCommand,
  DeleteFargateProfileCommand,
  DeleteNodegroupCommand,
  DescribeFargateProfileCommand,
  DescribeNodegroupCommand,
  UpdateNodegroupConfigCommand,
  UpdateNodegroupVersionCommand,
  type CapacityTypes,
  type NodegroupScalingConfig,
  type Taint,
  type TaintEffect,
} from "@aws-sdk/client-eks";
import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { eks } from "./cluster.ts";
import { gone, type Kind } from "./kind.ts";
import { child, children, known, map, numberIf, text, textIf, texts, type Props } from "./props.ts";

const capacities: readonly CapacityTypes[] = ["ON_DEMAND", "SPOT"];
const effects: readonly TaintEffect[] = ["NO_SCHEDULE", "NO_EXECUTE", "PREFER_NO_SCHEDULE"];

/** `aws:eks/nodeGroup:NodeGroup`. */
export const nodeGroup: Kind = {
  inputs: [
    ...[
      "clusterName",
      "nodeGroupName",
      "nodeGroupNamePrefix",
      "nodeRoleArn",
      "subnetIds",
      "scalingConfig",
      "instanceTypes",
      "capacityType",
    ],
    ...["diskSize", "amiType", "labels", "taints", "updateConfig", "version", "releaseVersion", "launchTemplate"],
    ...["forceUpdateVersion", "tags"],
  ],
  replaces: [
    ...[
      "clusterName",
      "nodeGroupName",
      "nodeGroupNamePrefix",
      "nodeRoleArn",
      "subnetIds",
      "instanceTypes",
      "capacityType",
      "diskSize",
    ],
    ...["amiType"],
  ],
  outputs: ["arn", "status", "resources", "nodeGroupName"],
  create: async (inputs, region) => {
    const clusterName = text(inputs, "clusterName");
    const prefix = textIf(inputs, "nodeGroupNamePrefix");
    const nodegroupName =
      prefix === undefined ? text(inputs, "nodeGroupName") : `${prefix}${randomBytes(13).toString("hex")}`;
    const template = child(inputs, "launchTemplate");
    const id = textIf(template, "id");
    await eks(region).send(
      new CreateNodegroupCommand({
        clusterName,
        nodegroupName,
        nodeRole: text(inputs, "nodeRoleArn"),
        subnets: texts(inputs, "subnetIds"),
        scalingConfig: scaling(inputs),
        instanceTypes: texts(inputs, "instanceTypes"),
        capacityType: capacities.find((each) => each === textIf(inputs, "capacityType")),
        diskSize: numberIf(inputs, "diskSize"),
        labels: map(inputs, "labels"),
        taints: taints(inputs),
        version: textIf(inputs, "version"),
        ...(id === undefined
          ? {}
          : {
              launchTemplate: {
                id,
                version: String(numberIf(template, "version") ?? textIf(template, "version") ?? 1),
              },
            }),
        tags: map(inputs, "tags"),
      }),
    );
    return `${clusterName}:${nodegroupName}`;
  },
  read: async (id, _state, region) => {
    const [clusterName, nodegroupName] = namesOf(id);
    const request = new DescribeNodegroupCommand({ clusterName, nodegroupName });
    const own = (await eks(region).send(request).catch(gone))?.nodegroup;
    const size = own?.scalingConfig ?? {};
    return (
      own &&
      known({
        arn: own.nodegroupArn,
        nodeGroupName: nodegroupName,
        status: own.status,
        version: own.version,
        scalingConfig: known({ minSize: size.minSize, maxSize: size.maxSize, desiredSize: size.desiredSize }),
        resources: [],
      })
    );
  },
  update: async (id, inputs, old, region) => {
    const client = eks(region);
    const [clusterName, nodegroupName] = namesOf(id);
    const changed = (input: string): boolean => !isDeepStrictEqual(inputs[input], old[input]);
    if (changed("version") || changed("launchTemplate")) {
      const version = textIf(inputs, "version");
      await client.send(new UpdateNodegroupVersionCommand({ clusterName, nodegroupName, version }));
    }
    if (changed("scalingConfig") || changed("labels")) {
      const labels = { addOrUpdateLabels: map(inputs, "labels") };
      const scalingConfig = scaling(inputs);
      await client.send(new UpdateNodegroupConfigCommand({ clusterName, nodegroupName, scalingConfig, labels }));
    }
  },
  remove: async (id, _state, region) => {
    const [clusterName, nodegroupName] = namesOf(id);
    await eks(region).send(new DeleteNodegroupCommand({ clusterName, nodegroupName }));
  },
};

/** Names of the cluster and the group. */
function namesOf(id: string): readonly [string, string] {
  const [clusterName = "", nodegroupName = ""] = id.split(":");
  return [clusterName, nodegroupName];
}

function scaling(inputs: Props): NodegroupScalingConfig {
  const config = child(inputs, "scalingConfig");
  const [minSize, maxSize, desiredSize] = ["minSize", "maxSize", "desiredSize"].map((name) => numberIf(config, name));
  return { minSize, maxSize, desiredSize };
}

function taints(inputs: Props): Taint[] {
  return children(inputs, "taints").map((taint) => ({
    key: textIf(taint, "key"),
    value: textIf(taint, "value"),
    effect: effects.find((each) => each === textIf(taint, "effect")),
  }));
}

/** `aws:eks/fargateProfile:FargateProfile`. */
export const fargateProfile: Kind = {
  inputs: ["clusterName", "fargateProfileName", "podExecutionRoleArn", "subnetIds", "selectors", "tags"],
  replaces: ["clusterName", "fargateProfileName", "podExecutionRoleArn", "subnetIds", "selectors"],
  outputs: ["arn", "status"],
  unique: true,
  create: async (inputs, region) => {
    const [clusterName, fargateProfileName] = profileNames(inputs);
    await eks(region).send(
      new CreateFargateProfileCommand({
        clusterName,
        fargateProfileName,
        podExecutionRoleArn: text(inputs, "podExecutionRoleArn"),
        subnets: texts(inputs, "subnetIds"),
        selectors: children(inputs, "selectors").map((each) => ({
          namespace: text(each, "namespace"),
          labels: map(each, "labels"),
        })),
        tags: map(inputs, "tags"),
      }),
    );
    return `${clusterName}:${fargateProfileName}`;
  },
  read: async (_id, state, region) => {
    const [clusterName, fargateProfileName] = profileNames(state);
    const request = new DescribeFargateProfileCommand({ clusterName, fargateProfileName });
    const own = (await eks(region).send(request).catch(gone))?.fargateProfile;
    return own && known({ arn: own.fargateProfileArn, status: own.status });
  },
  update: () => Promise.resolve(),
  remove: async (_id, state, region) => {
    const [clusterName, fargateProfileName] = profileNames(state);
    await eks(region).send(new DeleteFargateProfileCommand({ clusterName, fargateProfileName }));
  },
};

function profileNames(props: Props): readonly [string, string] {
  return [text(props, "clusterName"), text(props, "fargateProfileName")];
}
