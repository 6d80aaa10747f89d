import type { EksSpec } from "../environment/spec.ts";
import type { Finding, Place } from "../errors/finding.ts";
import { quote } from "../errors/quote.ts";
import { nodeSkew } from "./check/versions.ts";
import { minorOfKnown } from "../cluster/minor.ts";

/** What runs in a cluster now, as AWS or the state says it: versions `1.<minor>`. */
export interface RunningEks {
  readonly version: string;
  /** Kubernetes versions of node groups, by their name in the document. */
  readonly nodeGroups: ReadonlyMap<string, string>;
  /** Versions of add-ons, by name: `v1.34.1-eksbuild.2`. */
  readonly addons: ReadonlyMap<string, string>;
}

/** An EKS cluster that is to become what the document says. */
export interface Upgrade {
  /** Its name in the environment. */
  readonly cluster: string;
  readonly spec: EksSpec;
  readonly running: RunningEks;
  /** Where a path of the document is written. */
  readonly locate: (path: readonly string[]) => Place;
}

/**
 * What AWS would refuse of a change of versions, or would do and break something: more than one minor at a time, a step
 * back, and a control plane that leaves behind what runs on nodes.
 */
export function checkUpgrade(upgrade: Upgrade): readonly Finding[] {
  return [...checkControlPlane(upgrade), ...checkNodeGroups(upgrade), ...checkProxy(upgrade)];
}

function checkControlPlane(upgrade: Upgrade): readonly Finding[] {
  const { cluster, spec, running } = upgrade;
  const step = minorOfKnown(spec.version) - minorOfKnown(running.version);
  if (step === 0 || step === 1) return [];
  const where = `The cluster ${quote(cluster)} runs Kubernetes ${running.version}`;
  if (step < 0) {
    const fix = `Write ${running.version}: what AWS has upgraded by itself, the document follows.`;
    return [refused(upgrade, ["version"], `${where} and cannot go back to ${spec.version}.`, fix)];
  }
  const next = `1.${minorOfKnown(running.version) + 1}`;
  const fix = `Write "${next}", update, and go on from there.`;
  return [
    refused(
      upgrade,
      ["version"],
      `${where}; ${spec.version} is ${step} minors ahead, and EKS takes one at a time.`,
      fix,
    ),
  ];
}

function checkNodeGroups(upgrade: Upgrade): readonly Finding[] {
  const { cluster, spec, running } = upgrade;
  return Object.entries(spec.nodeGroups).flatMap(([name, group]) => {
    const now = running.nodeGroups.get(name);
    if (now === undefined) return [];
    const wanted = group.version ?? spec.version;
    const path = ["nodeGroups", name, ...(group.version === undefined ? [] : ["version"])];
    const where = `The node group ${quote(name)} of the cluster ${quote(cluster)} runs Kubernetes ${now}`;
    if (minorOfKnown(wanted) < minorOfKnown(now)) {
      const fix = `Write ${now}, or make another node group of the older version.`;
      return [refused(upgrade, path, `${where} and cannot go back to ${wanted}.`, fix)];
    }
    // The control plane goes first: until the nodes follow, they are what they are now.
    const behind = minorOfKnown(spec.version) - minorOfKnown(now);
    if (behind <= nodeSkew) return [];
    const message = `${where}, and would be ${behind} minors behind a control plane of ${spec.version}; it may be ${nodeSkew}.`;
    const fix = `Upgrade the node group to ${running.version} first: remove its \`version\`, and leave the cluster's as it is.`;
    return [refused(upgrade, path, message, fix)];
  });
}

function checkProxy(upgrade: Upgrade): readonly Finding[] {
  const { cluster, spec, running } = upgrade;
  const now = running.addons.get("kube-proxy");
  const version = now === undefined ? undefined : /^v(1\.\d+)\./.exec(now)?.[1];
  if (version === undefined || spec.addons["kube-proxy"]?.version !== undefined) return [];
  const behind = minorOfKnown(spec.version) - minorOfKnown(version);
  if (behind <= nodeSkew) return [];
  const message = `The add-on kube-proxy of the cluster ${quote(cluster)} is ${now ?? ""}, ${behind} minors behind a control plane of ${spec.version}; it may be ${nodeSkew}.`;
  return [refused(upgrade, ["addons"], message, "Name its version under `addons`, so that upgrades take it along.")];
}

function refused({ cluster, locate }: Upgrade, path: readonly string[], message: string, fix: string): Finding {
  const place = locate(["clusters", cluster, "eks", ...path]);
  return { code: "EKS_UPGRADE_REFUSED", severity: "error", message, fix, place };
}
