import type { EksSpec } from "../../environment/spec.ts";
import { quote } from "../../errors/quote.ts";
import { addonsOf, podIdentityAgent } from "../addons.ts";
import { principalKey } from "../names.ts";
import type { Fault } from "./fault.ts";

type Access = EksSpec["access"][string];

/** Access entries and Pod Identity associations that AWS would refuse, or that give nothing. */
export function checkAccess(spec: EksSpec): readonly Fault[] {
  const { access, creatorAdmin, podIdentity } = spec;
  return [
    ...Object.entries(access).flatMap(([name, entry]) => checkEntry(name, entry)),
    ...twice(access, "access", ({ principal }) => principalKey(principal), "The same principal"),
    ...(creatorAdmin ? [] : checkAdmin(access)),
    ...checkPods(spec),
    ...twice(
      podIdentity,
      "podIdentity",
      ({ namespace, serviceAccount }) => `${namespace}/${serviceAccount}`,
      "The same service account",
    ),
  ];
}

function checkEntry(name: string, { policy, namespaces, groups }: Access): readonly Fault[] {
  const path = ["access", name];
  const faults: Fault[] = [];
  if (policy === undefined && groups.length === 0) {
    const message = `The access entry ${quote(name)} gives nothing: it has neither a policy nor groups.`;
    faults.push({ path, message, fix: "Write, say, `policy: view`, or the groups of RBAC that it belongs to." });
  }
  if (policy === undefined && namespaces.length > 0) {
    const message = `The access entry ${quote(name)} names namespaces, which say where a policy holds, and no policy.`;
    faults.push({ path: [...path, "namespaces"], message, fix: "Add a policy; what groups may do, RBAC says." });
  }
  const system = groups.findIndex((group) => /^(system:|eks:)/.test(group));
  if (system !== -1) {
    const message = `The access entry ${quote(name)} names the group ${quote(groups[system] ?? "")}, which AWS refuses.`;
    const fix = "Use `policy: cluster-admin` for administrators, and a group of your own for anybody else.";
    faults.push({ path: [...path, "groups", system], message, fix });
  }
  return faults;
}

function checkAdmin(access: EksSpec["access"]): readonly Fault[] {
  const admins = Object.values(access).filter(
    ({ policy, namespaces }) => policy === "cluster-admin" && namespaces.length === 0,
  );
  if (admins.length > 0) return [];
  const message = "Nobody is administrator of the cluster: `creatorAdmin` is off, and no entry of `access` is one.";
  const fix = "Give the identity that runs Driftless an entry with `policy: cluster-admin`.";
  return [{ path: ["creatorAdmin"], message, fix }];
}

function checkPods(spec: EksSpec): readonly Fault[] {
  const entries = Object.entries(spec.podIdentity);
  const faults = entries.flatMap(([name, { role, policies }]): readonly Fault[] => {
    if ((role === undefined) !== (policies === undefined)) return [];
    const both = role !== undefined;
    const message = `The entry ${quote(name)} has ${both ? "both `role` and `policies`" : "neither `role` nor `policies`"}.`;
    return [{ path: ["podIdentity", name], message, fix: "Name a role that exists, or the policies of one to make." }];
  });
  if (entries.length === 0 || addonsOf(spec).some(({ name }) => name === podIdentityAgent)) return faults;
  const message = `Pods get roles by the add-on ${podIdentityAgent}, which is off.`;
  return [...faults, { path: ["podIdentity"], message, fix: `Remove \`enabled: false\` of ${podIdentityAgent}.` }];
}

function twice<Entry>(
  entries: Readonly<Record<string, Entry>>,
  field: string,
  keyOf: (entry: Entry) => string,
  what: string,
): readonly Fault[] {
  const seen = new Map<string, string>();
  return Object.entries(entries).flatMap(([name, entry]) => {
    const other = seen.get(keyOf(entry));
    if (other === undefined) seen.set(keyOf(entry), name);
    if (other === undefined) return [];
    const message = `${what} has two entries, ${quote(other)} and ${quote(name)}; AWS takes one.`;
    return [{ path: [field, name], message, fix: "Join them." }];
  });
}
