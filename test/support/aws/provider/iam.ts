import {
  AttachRolePolicyCommand,
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  DeleteOpenIDConnectProviderCommand,
  DeleteRoleCommand,
  DetachRolePolicyCommand,
  GetOpenIDConnectProviderCommand,
  GetRoleCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  TagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { gone, type Kind } from "./kind.ts";
import { given, known, numberIf, tagList, text, textIf, texts } from "./props.ts";

function iam(region: string): IAMClient {
  return new IAMClient({ region });
}

/** `aws:iam/role:Role`. */
export const role: Kind = {
  inputs: ["name", "assumeRolePolicy", "description", "path", "permissionsBoundary", "maxSessionDuration", "tags"],
  replaces: ["name", "path"],
  outputs: ["arn", "uniqueId"],
  named: "name",
  unique: true,
  create: async (inputs, region) => {
    const { Role } = await iam(region).send(
      new CreateRoleCommand({
        RoleName: text(inputs, "name"),
        AssumeRolePolicyDocument: text(inputs, "assumeRolePolicy"),
        Description: textIf(inputs, "description"),
        Path: textIf(inputs, "path"),
        PermissionsBoundary: textIf(inputs, "permissionsBoundary"),
        MaxSessionDuration: numberIf(inputs, "maxSessionDuration"),
        Tags: tagList(inputs),
      }),
    );
    return given(Role?.RoleName);
  },
  read: async (id, _state, region) => {
    const found = await iam(region)
      .send(new GetRoleCommand({ RoleName: id }))
      .catch(gone);
    return found?.Role && known({ arn: found.Role.Arn, uniqueId: found.Role.RoleId });
  },
  update: async (id, inputs, _old, region) => {
    const PolicyDocument = text(inputs, "assumeRolePolicy");
    await iam(region).send(new UpdateAssumeRolePolicyCommand({ RoleName: id, PolicyDocument }));
    await iam(region).send(new TagRoleCommand({ RoleName: id, Tags: tagList(inputs) }));
  },
  remove: async (id, _state, region) => void (await iam(region).send(new DeleteRoleCommand({ RoleName: id }))),
};

/** `aws:iam/rolePolicyAttachment:RolePolicyAttachment`. */
export const rolePolicyAttachment: Kind = {
  inputs: ["role", "policyArn"],
  replaces: ["role", "policyArn"],
  outputs: [],
  create: async (inputs, region) => {
    const request = { RoleName: text(inputs, "role"), PolicyArn: text(inputs, "policyArn") };
    await iam(region).send(new AttachRolePolicyCommand(request));
    return `${request.RoleName}/${request.PolicyArn}`;
  },
  read: async (_id, state, region) => {
    const request = new ListAttachedRolePoliciesCommand({ RoleName: text(state, "role") });
    const found = await iam(region).send(request).catch(gone);
    const arn = text(state, "policyArn");
    return found?.AttachedPolicies?.some(({ PolicyArn }) => PolicyArn === arn) === true ? {} : undefined;
  },
  remove: async (_id, state, region) => {
    const request = { RoleName: text(state, "role"), PolicyArn: text(state, "policyArn") };
    await iam(region).send(new DetachRolePolicyCommand(request));
  },
};

/** `aws:iam/openIdConnectProvider:OpenIdConnectProvider`. */
export const openIdConnectProvider: Kind = {
  inputs: ["url", "clientIdLists", "thumbprintLists", "tags"],
  replaces: ["url", "clientIdLists"],
  outputs: ["arn"],
  create: async (inputs, region) => {
    const { OpenIDConnectProviderArn } = await iam(region).send(
      new CreateOpenIDConnectProviderCommand({
        Url: text(inputs, "url"),
        ClientIDList: texts(inputs, "clientIdLists"),
        // AWS looks for it itself where there is none.
        ThumbprintList: inputs["thumbprintLists"] === undefined ? ["0".repeat(40)] : texts(inputs, "thumbprintLists"),
        Tags: tagList(inputs),
      }),
    );
    return given(OpenIDConnectProviderArn);
  },
  read: async (id, _state, region) => {
    const request = new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: id });
    return (await iam(region).send(request).catch(gone)) && { arn: id };
  },
  remove: async (id, _state, region) =>
    void (await iam(region).send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: id }))),
};
