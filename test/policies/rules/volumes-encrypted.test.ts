import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { JsonObject } from "../../../core/manifest/manifest.ts";
import { volumesEncrypted } from "../../../policies/rules/volumes-encrypted.ts";
import { cloudMessagesOf } from "../evaluate.ts";

const instance = "aws:ec2/instance:Instance";
const template = "aws:ec2/launchTemplate:LaunchTemplate";
const database = "aws:rds/instance:Instance";
const root = { rootBlockDevice: { encrypted: true } };

const accepted: [string, JsonObject][] = [
  ["aws:ebs/volume:Volume", { encrypted: true }],
  ["aws:ebs/snapshotCopy:SnapshotCopy", { encrypted: true }],
  ["aws:efs/fileSystem:FileSystem", { encrypted: true }],
  [database, { storageEncrypted: true }],
  [database, { replicateSourceDb: "main" }],
  ["aws:rds/cluster:Cluster", { storageEncrypted: true }],
  ["aws:rds/cluster:Cluster", { engineMode: "serverless" }],
  [instance, root],
  [instance, { ...root, ebsBlockDevices: [{ deviceName: "/dev/sdb", encrypted: true }] }],
  [instance, { launchTemplate: { id: "lt-1" } }],
  [template, {}],
  [
    template,
    { blockDeviceMappings: [{ deviceName: "/dev/sdb", ebs: { encrypted: "true" } }, { virtualName: "ephemeral0" }] },
  ],
  ["aws:ec2/launchConfiguration:LaunchConfiguration", root],
];

const refused: [string, JsonObject, string][] = [
  ["aws:ebs/volume:Volume", {}, "the volume is not encrypted: encrypted is not set"],
  ["aws:ebs/volume:Volume", { encrypted: false }, "the volume is not encrypted: encrypted is false"],
  ["aws:ebs/snapshotCopy:SnapshotCopy", {}, "the volume is not encrypted: encrypted is not set"],
  ["aws:efs/fileSystem:FileSystem", {}, "the file system is not encrypted: encrypted is not set"],
  [database, {}, "the database is not encrypted: storageEncrypted is not set"],
  [
    database,
    { replicateSourceDb: "main", storageEncrypted: false },
    "the database is not encrypted: storageEncrypted is false",
  ],
  [
    "aws:rds/cluster:Cluster",
    { engineMode: "provisioned" },
    "the database is not encrypted: storageEncrypted is not set",
  ],
  [instance, {}, "the root volume is not encrypted: encrypted is not set"],
  [
    instance,
    { rootBlockDevice: {}, launchTemplate: { id: "lt-1" } },
    "the root volume is not encrypted: encrypted is not set",
  ],
  [
    instance,
    { ...root, ebsBlockDevices: [{ deviceName: "/dev/sdb" }] },
    "the volume /dev/sdb is not encrypted: encrypted is not set",
  ],
  [
    template,
    { blockDeviceMappings: [{ deviceName: "/dev/sdb", ebs: {} }] },
    "the volume /dev/sdb is not encrypted: encrypted is not set",
  ],
  [
    template,
    { blockDeviceMappings: [{ ebs: { encrypted: "false" } }] },
    'the volume without a name is not encrypted: encrypted is "false"',
  ],
  ["aws:ec2/spotInstanceRequest:SpotInstanceRequest", {}, "the root volume is not encrypted: encrypted is not set"],
];

describe("volumes-encrypted", () => {
  for (const [type, inputs] of accepted) {
    it(`accepts ${type} ${JSON.stringify(inputs)}`, () =>
      assert.deepEqual(cloudMessagesOf(volumesEncrypted, type, inputs), []));
  }

  for (const [type, inputs, message] of refused) {
    it(`refuses ${type} ${JSON.stringify(inputs)}`, () =>
      assert.deepEqual(cloudMessagesOf(volumesEncrypted, type, inputs), [message]));
  }

  it("leaves EBS volumes to an account that encrypts them by itself, and nothing else", () => {
    const settings = { ebsByDefault: true };
    for (const type of ["aws:ebs/volume:Volume", instance, template]) {
      assert.deepEqual(cloudMessagesOf(volumesEncrypted, type, {}, settings), []);
    }
    assert.equal(cloudMessagesOf(volumesEncrypted, database, {}, settings).length, 1);
  });
});
