"""Test code: the operations of EKS that moto lacks, added to its backend after the API reference of EKS."""

import json
import pathlib
import uuid
from types import SimpleNamespace

from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.ec2.models import ec2_backends
from moto.eks import models, urls
from moto.eks.exceptions import (
    InvalidParameterException,
    InvalidRequestException,
    ResourceInUseException,
    ResourceNotFoundException,
)
from moto.eks.responses import EKSResponse

from identities import principal_of

ADMIN_POLICY = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"

PATHS = [
    "/access-entries",
    "/access-entries/(?P<principal>.+)",
    "/addons",
    "/addons/(?P<addon>[^/]+)",
    "/addons/(?P<addon>[^/]+)/update",
    "/pod-identity-associations",
    "/pod-identity-associations/(?P<association>[^/]+)",
    "/updates",
    "/updates/(?P<update>[^/]+)",
    "/node-groups/(?P<nodegroup>[^/]+)/update-version",
]


def install():
    """Adds the operations to moto's EKS, before its server looks which there are."""
    for path in PATHS:
        urls.url_paths["{0}/clusters/(?P<name>[^/]+)" + path + "$"] = urls.response.dispatch
    for operation in [
        create_cluster, delete_cluster, update_cluster_config, update_cluster_version, update_nodegroup_version,
        describe_update, create_access_entry, describe_access_entry, list_access_entries, update_access_entry,
        delete_access_entry, associate_access_policy, disassociate_access_policy, list_associated_access_policies,
        create_addon, describe_addon, list_addons, update_addon, delete_addon, create_pod_identity_association,
        describe_pod_identity_association, list_pod_identity_associations, update_pod_identity_association,
        delete_pod_identity_association,
    ]:  # fmt: skip
        setattr(EKSResponse, operation.__name__, operation)
    plain_init = models.Cluster.__init__

    def init(self, *args, **kwargs):
        plain_init(self, *args, **kwargs)
        self.access, self.addons, self.associations, self.updates = {}, {}, {}, {}
        api_server = pathlib.Path("control-plane.json")
        if api_server.exists():
            found = json.loads(api_server.read_text())
            self.endpoint = found["endpoint"]
            self.certificate_authority = {"data": found["authority"]}

    models.Cluster.__init__ = init


# Clusters

plain_create, plain_delete = EKSResponse.create_cluster, EKSResponse.delete_cluster
plain_config = EKSResponse.update_cluster_config


def create_cluster(self):
    plain_create(self)
    cluster = self.eks_backend.describe_cluster(name=self._get_param("name"))
    asked = self._get_param("accessConfig") or {}
    cluster.access_config = {"authenticationMode": "CONFIG_MAP", "bootstrapClusterCreatorAdminPermissions": True, **asked}
    cluster.upgrade_policy = self._get_param("upgradePolicy")
    cluster.deletion_protection = bool(self._get_param("deletionProtection"))
    if cluster.access_config["bootstrapClusterCreatorAdminPermissions"]:
        entry = new_entry(self, cluster, principal_of(self.headers["Authorization"]), {})
        entry.policies[ADMIN_POLICY] = {"type": "cluster", "namespaces": []}
    network = cluster.resources_vpc_config
    ec2 = ec2_backends[self.current_account][self.region]
    network["vpcId"] = next(each.vpc_id for each in ec2.describe_subnets(subnet_ids=network["subnetIds"]))
    group = ec2.create_security_group(f"eks-cluster-sg-{cluster.name}", "of the cluster", vpc_id=network["vpcId"])
    network["clusterSecurityGroupId"] = group.id
    return ActionResult({"cluster": cluster})


def delete_cluster(self):
    cluster = cluster_of(self)
    if cluster.deletion_protection:
        raise InvalidRequestException(message="The cluster has deletion protection enabled.")
    if cluster.fargate_profiles:
        raise ResourceInUseException(clusterName=cluster.name, message="Cluster has Fargate profiles attached")
    result = plain_delete(self)
    ec2_backends[self.current_account][self.region].delete_security_group(
        group_id=cluster.resources_vpc_config["clusterSecurityGroupId"]
    )
    return result


def update_cluster_config(self):
    cluster = cluster_of(self)
    if self._get_param("deletionProtection") is not None:
        cluster.deletion_protection = self._get_param("deletionProtection")
    if self._get_param("accessConfig"):
        cluster.access_config.update(self._get_param("accessConfig"))
    # moto would forget what it is not told again.
    cluster.resources_vpc_config.update(self._get_param("resourcesVpcConfig") or {})
    if self._get_param("logging"):
        cluster.logging = self._get_param("logging")
    return updated(cluster, "EndpointAccessUpdate")


def update_cluster_version(self):
    cluster = cluster_of(self)
    wanted = self._get_param("version")
    if minor(wanted) - minor(cluster.version) != 1:
        raise InvalidParameterException(
            clusterName=cluster.name,
            message=f"Unsupported Kubernetes minor version update from {cluster.version} to {wanted}",
        )
    behind = [each for each in cluster.nodegroups.values() if minor(wanted) - minor(each.version) > 3]
    if behind:
        raise InvalidRequestException(message="Node groups are too far behind the version asked for.")
    cluster.version = wanted
    return updated(cluster, "VersionUpdate")


def update_nodegroup_version(self):
    cluster = cluster_of(self)
    group = self.eks_backend.describe_nodegroup(
        cluster_name=cluster.name, nodegroup_name=self._get_param("nodegroupName")
    )
    wanted = self._get_param("version") or cluster.version
    if minor(wanted) > minor(cluster.version):
        raise InvalidParameterException(message=f"Node group version {wanted} is newer than {cluster.version}")
    group.version = wanted
    if self._get_param("launchTemplate"):
        group.launch_template.update(self._get_param("launchTemplate"))
    return updated(cluster, "VersionUpdate")


def describe_update(self):
    cluster = cluster_of(self)
    return ActionResult({"update": found(cluster.updates, self._get_param("updateId"), "update")})


def updated(cluster, kind):
    update = SimpleNamespace(id=f"update-{len(cluster.updates)}", status="Successful", type=kind, created_at=utcnow())
    cluster.updates[update.id] = update
    return ActionResult({"update": update})


# Access entries


def create_access_entry(self):
    cluster = cluster_of(self)
    principal = self._get_param("principalArn")
    if principal in cluster.access:
        raise ResourceInUseException(clusterName=cluster.name, message="The access entry is there already.")
    asked = {key: self._get_param(key) for key in ["kubernetesGroups", "tags", "username", "type"]}
    return ActionResult({"accessEntry": new_entry(self, cluster, principal, asked)})


def new_entry(self, cluster, principal, asked):
    name = principal.rsplit("/", 1)[-1]
    entry = SimpleNamespace(
        cluster_name=cluster.name,
        principal_arn=principal,
        kubernetes_groups=asked.get("kubernetesGroups") or [],
        access_entry_arn=f"arn:aws:eks:{self.region}:{self.current_account}:access-entry/{cluster.name}/{name}",
        created_at=utcnow(),
        modified_at=utcnow(),
        tags=asked.get("tags") or {},
        username=asked.get("username") or principal,
        type=asked.get("type") or "STANDARD",
        policies={},
    )
    cluster.access[principal] = entry
    return entry


def describe_access_entry(self):
    return ActionResult({"accessEntry": entry_of(self)})


def list_access_entries(self):
    return ActionResult({"accessEntries": list(cluster_of(self).access)})


def update_access_entry(self):
    entry = entry_of(self)
    if self._get_param("kubernetesGroups") is not None:
        entry.kubernetes_groups = self._get_param("kubernetesGroups")
    if self._get_param("username") is not None:
        entry.username = self._get_param("username")
    return ActionResult({"accessEntry": entry})


def delete_access_entry(self):
    del cluster_of(self).access[entry_of(self).principal_arn]
    return EmptyResult()


def associate_access_policy(self):
    entry, policy = entry_of(self), self._get_param("policyArn")
    entry.policies[policy] = self._get_param("accessScope")
    return ActionResult({"associatedAccessPolicy": associated(policy, entry.policies[policy])})


def disassociate_access_policy(self):
    policies = entry_of(self).policies
    policy = self._get_param("policyArn")
    found(policies, policy, "access policy association")
    del policies[policy]
    return EmptyResult()


def list_associated_access_policies(self):
    entry = entry_of(self)
    policies = [associated(*each) for each in entry.policies.items()]
    return ActionResult({"clusterName": entry.cluster_name, "associatedAccessPolicies": policies})


def associated(policy, scope):
    return {"policyArn": policy, "accessScope": scope, "associatedAt": utcnow(), "modifiedAt": utcnow()}


def entry_of(self):
    return found(cluster_of(self).access, self._get_param("principalArn"), "access entry")


# Add-ons


def create_addon(self):
    cluster = cluster_of(self)
    name = self._get_param("addonName")
    if name in cluster.addons:
        raise ResourceInUseException(clusterName=cluster.name, addonName=name, message="Addon already exists.")
    addon = SimpleNamespace(
        addon_name=name,
        cluster_name=cluster.name,
        status="ACTIVE",
        # The default of kube-proxy follows the version of the cluster; the others have versions of their own.
        addon_version=self._get_param("addonVersion")
        or (f"v{cluster.version}.1-eksbuild.1" if name == "kube-proxy" else "v1.0.0-eksbuild.1"),
        addon_arn=f"arn:aws:eks:{self.region}:{self.current_account}:addon/{cluster.name}/{name}/1",
        created_at=utcnow(),
        modified_at=utcnow(),
        service_account_role_arn=self._get_param("serviceAccountRoleArn"),
        configuration_values=self._get_param("configurationValues"),
        pod_identity_associations=[],
        tags=self._get_param("tags") or {},
    )
    cluster.addons[name] = addon
    return ActionResult({"addon": addon})


def describe_addon(self):
    return ActionResult({"addon": addon_of(self)})


def list_addons(self):
    return ActionResult({"addons": list(cluster_of(self).addons)})


def update_addon(self):
    addon = addon_of(self)
    addon.addon_version = self._get_param("addonVersion") or addon.addon_version
    if self._get_param("configurationValues") is not None:
        addon.configuration_values = self._get_param("configurationValues")
    if self._get_param("serviceAccountRoleArn") is not None:
        addon.service_account_role_arn = self._get_param("serviceAccountRoleArn")
    return updated(cluster_of(self), "AddonUpdate")


def delete_addon(self):
    addon = addon_of(self)
    del cluster_of(self).addons[addon.addon_name]
    return ActionResult({"addon": addon})


def addon_of(self):
    return found(cluster_of(self).addons, self._get_param("addonName"), "addon")


# Pod Identity


def create_pod_identity_association(self):
    cluster = cluster_of(self)
    asked = {key: self._get_param(key) for key in ["namespace", "serviceAccount", "roleArn"]}
    for each in cluster.associations.values():
        if (each.namespace, each.service_account) == (asked["namespace"], asked["serviceAccount"]):
            raise ResourceInUseException(clusterName=cluster.name, message="Association already exists.")
    number = f"a-{uuid.uuid4().hex[:17]}"
    cluster.associations[number] = SimpleNamespace(
        cluster_name=cluster.name,
        namespace=asked["namespace"],
        service_account=asked["serviceAccount"],
        role_arn=asked["roleArn"],
        association_arn=f"arn:aws:eks:{self.region}:{self.current_account}:podidentityassociation/{cluster.name}/{number}",
        association_id=number,
        tags=self._get_param("tags") or {},
        created_at=utcnow(),
        modified_at=utcnow(),
    )
    return ActionResult({"association": cluster.associations[number]})


def describe_pod_identity_association(self):
    return ActionResult({"association": association_of(self)})


def list_pod_identity_associations(self):
    return ActionResult({"associations": list(cluster_of(self).associations.values())})


def update_pod_identity_association(self):
    association = association_of(self)
    association.role_arn = self._get_param("roleArn") or association.role_arn
    return ActionResult({"association": association})


def delete_pod_identity_association(self):
    association = association_of(self)
    del cluster_of(self).associations[association.association_id]
    return ActionResult({"association": association})


def association_of(self):
    return found(cluster_of(self).associations, self._get_param("associationId"), "association")


def cluster_of(self):
    name = self._get_param("clusterName") or self._get_param("name")
    return self.eks_backend.describe_cluster(name=name)


def found(where, key, what):
    if key not in where:
        raise ResourceNotFoundException(message=f"No {what} found for: {key}.")
    return where[key]


def minor(version):
    return int(version.split(".")[1])
