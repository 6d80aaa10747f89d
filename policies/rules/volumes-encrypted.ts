import { z } from "zod";
import { isJsonObject, isList, record } from "../../core/manifest/json.ts";
import type { Json, JsonObject, Path } from "../../core/manifest/manifest.ts";
import type { Violation } from "../../core/policy/violation.ts";
import { cloudRule } from "../rule.ts";

const machines = [
  "aws:ec2/instance:Instance",
  "aws:ec2/launchConfiguration:LaunchConfiguration",
  "aws:ec2/spotInstanceRequest:SpotInstanceRequest",
];
const template = "aws:ec2/launchTemplate:LaunchTemplate";
const volumes = ["aws:ebs/volume:Volume", "aws:ebs/snapshotCopy:SnapshotCopy"];
const fileSystem = "aws:efs/fileSystem:FileSystem";
const databases = ["aws:rds/cluster:Cluster", "aws:rds/instance:Instance"];

export const volumesEncrypted = cloudRule({
  name: "volumes-encrypted",
  description: "Volumes, file systems and databases are encrypted.",
  remediation:
    "Set encrypted, or storageEncrypted of databases, to true; what exists has to be copied to be encrypted.",
  severity: "high",
  level: "mandatory",
  links: ["https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption.html"],
  types: [...machines, template, ...volumes, fileSystem, ...databases],
  settings: z.strictObject({
    ebsByDefault: z.boolean().default(false).describe("Whether the account encrypts every new EBS volume by itself."),
  }),
  check: ({ object, type }, { ebsByDefault }) => {
    if (databases.includes(type)) return database(object);
    if (type === fileSystem) return flag(object, "encrypted", "the file system", []);
    if (ebsByDefault) return [];
    if (volumes.includes(type)) return flag(object, "encrypted", "the volume", []);
    return type === template ? ofTemplate(object) : ofMachine(object);
  },
});

/** A replica is encrypted as its source is, and the first generation of serverless clusters always. */
function database(object: JsonObject): readonly Violation[] {
  const { storageEncrypted, replicateSourceDb, engineMode } = object;
  if (storageEncrypted === undefined && (typeof replicateSourceDb === "string" || engineMode === "serverless"))
    return [];
  return flag(object, "storageEncrypted", "the database", []);
}

function ofMachine(object: JsonObject): readonly Violation[] {
  const { rootBlockDevice, ebsBlockDevices, launchTemplate } = object;
  const inherits = rootBlockDevice === undefined && isJsonObject(launchTemplate);
  return [
    ...(inherits ? [] : flag(record(rootBlockDevice), "encrypted", "the root volume", ["rootBlockDevice"])),
    ...entries(ebsBlockDevices).flatMap(([device, index]) =>
      flag(device, "encrypted", `the volume ${text(device["deviceName"])}`, ["ebsBlockDevices", index]),
    ),
  ];
}

function ofTemplate(object: JsonObject): readonly Violation[] {
  return entries(object["blockDeviceMappings"]).flatMap(([{ ebs, deviceName }, index]) =>
    isJsonObject(ebs)
      ? flag(ebs, "encrypted", `the volume ${text(deviceName)}`, ["blockDeviceMappings", index, "ebs"])
      : [],
  );
}

/** Launch templates take their booleans as text. */
function flag(holder: JsonObject, field: string, what: string, path: Path): readonly Violation[] {
  const value = holder[field];
  if (value === true || value === "true") return [];
  const message = `${what} is not encrypted: ${field} is ${value === undefined ? "not set" : JSON.stringify(value)}`;
  return [{ message, path: [...path, field] }];
}

function entries(list: Json | undefined): readonly (readonly [JsonObject, number])[] {
  return isList(list) ? list.map((each, index) => [record(each), index]) : [];
}

function text(value: Json | undefined): string {
  return typeof value === "string" ? value : "without a name";
}
