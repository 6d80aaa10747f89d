import type { EksSpec } from "../../environment/spec.ts";
import { minorOfKnown } from "../../cluster/minor.ts";
import { versionFault } from "../versions.ts";
import type { Fault } from "./fault.ts";

/** How far the parts of a node may be behind the control plane: minors. */
export const nodeSkew = 3;

/** Versions that AWS does not have, and nodes that do not fit their control plane. */
export function checkVersions({ version, nodeGroups, addons }: EksSpec): readonly Fault[] {
  const unknown = versionFault(version);
  if (unknown !== undefined)
    return [{ path: ["version"], message: unknown, fix: "Choose a version that EKS supports." }];
  const proxy = addons["kube-proxy"]?.version;
  const proxyVersion = proxy === undefined ? undefined : /^v(1\.\d+)\./.exec(proxy)?.[1];
  return [
    ...Object.entries(nodeGroups).flatMap(([name, group]) =>
      checkSkew(`The node group "${name}"`, group.version, version, ["nodeGroups", name, "version"]),
    ),
    ...checkSkew("The add-on kube-proxy", proxyVersion, version, ["addons", "kube-proxy", "version"]),
  ];
}

function checkSkew(
  what: string,
  version: string | undefined,
  controlPlane: string,
  path: readonly string[],
): readonly Fault[] {
  if (version === undefined) return [];
  const behind = minorOfKnown(controlPlane) - minorOfKnown(version);
  if (behind < 0) {
    const message = `${what} is to run Kubernetes ${version}, ahead of the control plane's ${controlPlane}.`;
    return [{ path, message, fix: `Upgrade the cluster first, or write ${controlPlane}.` }];
  }
  if (behind <= nodeSkew) return [];
  const message = `${what} is to stay at Kubernetes ${version}, ${behind} minors behind the control plane's ${controlPlane}; it may be ${nodeSkew}.`;
  return [
    { path, message, fix: `Write 1.${minorOfKnown(controlPlane) - nodeSkew} or newer; upgrade it before the cluster.` },
  ];
}
