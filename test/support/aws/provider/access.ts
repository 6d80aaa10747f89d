import {
  AssociateAccessPolicyCommand,
  CreateAccessEntryCommand,
  CreateAddonCommand,
  CreatePodIdentityAssociationCommand,
  DeleteAccessEntryCommand,
  DeleteAddonCommand,
  DeletePodIdentityAssociationCommand,
  DescribeAccessEntryCommand,
  DescribeAddonCommand,
  DescribePodIdentityAssociationCommand,
  DisassociateAccessPolicyCommand,
  ListAssociatedAccessPoliciesCommand,
  UpdateAccessEntryCommand,
  UpdateAddonCommand,
  UpdatePodIdentityAssociationCommand,
  type ResolveConflicts,
} from "@aws-sdk/client-eks";
import { eks } from "./cluster.ts";
import { gone, type Kind } from "./kind.ts";
import { child, given, known, map, text, textIf, texts, type Props } from "./props.ts";

/** `aws:eks/accessEntry:AccessEntry`. */
export const accessEntry: Kind = {
  inputs: ["clusterName", "principalArn", "kubernetesGroups", "userName", "type", "tags"],
  replaces: ["clusterName", "principalArn", "type"],
  outputs: ["accessEntryArn"],
  unique: true,
  create: async (inputs, region) => {
    const id = principal(inputs);
    const groups = { kubernetesGroups: texts(inputs, "kubernetesGroups"), username: textIf(inputs, "userName") };
    const request = { ...id, ...groups, type: textIf(inputs, "type"), tags: map(inputs, "tags") };
    await eks(region).send(new CreateAccessEntryCommand(request));
    return `${id.clusterName}:${id.principalArn}`;
  },
  read: async (_id, state, region) => {
    const found = await eks(region)
      .send(new DescribeAccessEntryCommand(principal(state)))
      .catch(gone);
    return found?.accessEntry && known({ accessEntryArn: found.accessEntry.accessEntryArn });
  },
  update: async (_id, inputs, _old, region) => {
    const kubernetesGroups = texts(inputs, "kubernetesGroups");
    await eks(region).send(new UpdateAccessEntryCommand({ ...principal(inputs), kubernetesGroups }));
  },
  remove: async (_id, state, region) => void (await eks(region).send(new DeleteAccessEntryCommand(principal(state)))),
};

/** `aws:eks/accessPolicyAssociation:AccessPolicyAssociation`. */
export const accessPolicyAssociation: Kind = {
  inputs: ["clusterName", "principalArn", "policyArn", "accessScope"],
  replaces: ["clusterName", "principalArn", "policyArn", "accessScope"],
  outputs: ["associatedAt"],
  unique: true,
  create: async (inputs, region) => {
    const scope = child(inputs, "accessScope");
    const [id, policyArn] = [principal(inputs), text(inputs, "policyArn")];
    const type = textIf(scope, "type") === "namespace" ? ("namespace" as const) : ("cluster" as const);
    const accessScope = { type, namespaces: texts(scope, "namespaces") };
    await eks(region).send(new AssociateAccessPolicyCommand({ ...id, policyArn, accessScope }));
    return `${id.clusterName}#${id.principalArn}#${policyArn}`;
  },
  read: async (_id, state, region) => {
    const found = await eks(region)
      .send(new ListAssociatedAccessPoliciesCommand(principal(state)))
      .catch(gone);
    const own = found?.associatedAccessPolicies?.find(({ policyArn }) => policyArn === text(state, "policyArn"));
    return own && known({ associatedAt: own.associatedAt?.toISOString() });
  },
  remove: async (_id, state, region) => {
    const policyArn = text(state, "policyArn");
    await eks(region).send(new DisassociateAccessPolicyCommand({ ...principal(state), policyArn }));
  },
};

function principal(props: Props): { readonly clusterName: string; readonly principalArn: string } {
  return { clusterName: text(props, "clusterName"), principalArn: text(props, "principalArn") };
}

const conflicts: readonly ResolveConflicts[] = ["NONE", "OVERWRITE", "PRESERVE"];

/** `aws:eks/addon:Addon`. */
export const addon: Kind = {
  inputs: [
    ...["clusterName", "addonName", "addonVersion", "configurationValues", "serviceAccountRoleArn", "preserve", "tags"],
    ...["resolveConflictsOnCreate", "resolveConflictsOnUpdate", "podIdentityAssociations"],
  ],
  replaces: ["clusterName", "addonName"],
  outputs: ["arn", "createdAt"],
  unique: true,
  create: async (inputs, region) => {
    const id = addonId(inputs);
    const resolveConflicts = conflicts.find((each) => each === textIf(inputs, "resolveConflictsOnCreate"));
    const request = { ...id, ...addonSettings(inputs), resolveConflicts, tags: map(inputs, "tags") };
    await eks(region).send(new CreateAddonCommand(request));
    return `${id.clusterName}:${id.addonName}`;
  },
  read: async (_id, state, region) => {
    const own = (
      await eks(region)
        .send(new DescribeAddonCommand(addonId(state)))
        .catch(gone)
    )?.addon;
    const createdAt = own?.createdAt?.toISOString();
    return own && known({ arn: own.addonArn, addonVersion: own.addonVersion, createdAt });
  },
  update: async (_id, inputs, _old, region) =>
    void (await eks(region).send(new UpdateAddonCommand({ ...addonId(inputs), ...addonSettings(inputs) }))),
  remove: async (_id, state, region) => void (await eks(region).send(new DeleteAddonCommand(addonId(state)))),
};

function addonId(props: Props): { readonly clusterName: string; readonly addonName: string } {
  return { clusterName: text(props, "clusterName"), addonName: text(props, "addonName") };
}

function addonSettings(props: Props): Readonly<Record<string, string | undefined>> {
  return {
    addonVersion: textIf(props, "addonVersion"),
    configurationValues: textIf(props, "configurationValues"),
    serviceAccountRoleArn: textIf(props, "serviceAccountRoleArn"),
  };
}

/** `aws:eks/podIdentityAssociation:PodIdentityAssociation`. */
export const podIdentityAssociation: Kind = {
  inputs: ["clusterName", "namespace", "serviceAccount", "roleArn", "tags"],
  replaces: ["clusterName", "namespace", "serviceAccount"],
  outputs: ["associationArn", "associationId"],
  unique: true,
  create: async (inputs, region) => {
    const { association } = await eks(region).send(
      new CreatePodIdentityAssociationCommand({
        clusterName: text(inputs, "clusterName"),
        namespace: text(inputs, "namespace"),
        serviceAccount: text(inputs, "serviceAccount"),
        roleArn: text(inputs, "roleArn"),
        tags: map(inputs, "tags"),
      }),
    );
    return given(association?.associationId);
  },
  read: async (id, state, region) => {
    const request = { clusterName: text(state, "clusterName"), associationId: id };
    const found = await eks(region).send(new DescribePodIdentityAssociationCommand(request)).catch(gone);
    return found?.association && known({ associationArn: found.association.associationArn, associationId: id });
  },
  update: async (id, inputs, _old, region) => {
    const request = { clusterName: text(inputs, "clusterName"), associationId: id, roleArn: text(inputs, "roleArn") };
    await eks(region).send(new UpdatePodIdentityAssociationCommand(request));
  },
  remove: async (id, state, region) => {
    const request = { clusterName: text(state, "clusterName"), associationId: id };
    await eks(region).send(new DeletePodIdentityAssociationCommand(request));
  },
};
