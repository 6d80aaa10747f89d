import {
  CreateAliasCommand,
  CreateKeyCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  EnableKeyRotationCommand,
  KMSClient,
  ListAliasesCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UpdateAliasCommand,
} from "@aws-sdk/client-kms";
import { gone, type Kind } from "./kind.ts";
import { flagIf, given, known, map, numberIf, text, textIf } from "./props.ts";

function kms(region: string): KMSClient {
  return new KMSClient({ region });
}

function keyTags(props: Parameters<typeof map>[0]): { TagKey: string; TagValue: string }[] {
  return Object.entries(map(props, "tags")).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
}

/** `aws:kms/key:Key`; one that waits for its deletion is gone. */
export const key: Kind = {
  inputs: ["description", "enableKeyRotation", "deletionWindowInDays", "policy", "tags"],
  replaces: [],
  outputs: ["arn", "keyId"],
  create: async (inputs, region) => {
    const { KeyMetadata } = await kms(region).send(
      new CreateKeyCommand({
        Description: textIf(inputs, "description"),
        Policy: textIf(inputs, "policy"),
        Tags: keyTags(inputs),
      }),
    );
    const id = given(KeyMetadata?.KeyId);
    if (flagIf(inputs, "enableKeyRotation") === true)
      await kms(region).send(new EnableKeyRotationCommand({ KeyId: id }));
    return id;
  },
  read: async (id, _state, region) => {
    const found = await kms(region)
      .send(new DescribeKeyCommand({ KeyId: id }))
      .catch(gone);
    const own = found?.KeyMetadata;
    return own === undefined || own.KeyState === "PendingDeletion" ? undefined : known({ arn: own.Arn, keyId: id });
  },
  update: async (id, inputs, _old, region) => {
    const Policy = textIf(inputs, "policy");
    if (Policy !== undefined)
      await kms(region).send(new PutKeyPolicyCommand({ KeyId: id, PolicyName: "default", Policy }));
    await kms(region).send(new TagResourceCommand({ KeyId: id, Tags: keyTags(inputs) }));
  },
  remove: async (id, state, region) => {
    const PendingWindowInDays = numberIf(state, "deletionWindowInDays");
    await kms(region).send(new ScheduleKeyDeletionCommand({ KeyId: id, PendingWindowInDays }));
  },
};

/** `aws:kms/alias:Alias`. */
export const alias: Kind = {
  inputs: ["name", "targetKeyId"],
  replaces: ["name"],
  outputs: ["arn"],
  unique: true,
  create: async (inputs, region) => {
    const [AliasName, TargetKeyId] = [text(inputs, "name"), text(inputs, "targetKeyId")];
    await kms(region).send(new CreateAliasCommand({ AliasName, TargetKeyId }));
    return AliasName;
  },
  read: async (id, _state, region) => {
    const { Aliases } = await kms(region).send(new ListAliasesCommand({}));
    const own = Aliases?.find(({ AliasName }) => AliasName === id);
    return own && known({ arn: own.AliasArn });
  },
  update: async (id, inputs, _old, region) => {
    const TargetKeyId = text(inputs, "targetKeyId");
    await kms(region).send(new UpdateAliasCommand({ AliasName: id, TargetKeyId }));
  },
  remove: async (id, _state, region) => void (await kms(region).send(new DeleteAliasCommand({ AliasName: id }))),
};
