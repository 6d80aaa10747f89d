import { BlockList, isIP } from "node:net";
import { isJsonObject, isList, record } from "../../core/manifest/json.ts";
import type { Json, JsonObject } from "../../core/manifest/manifest.ts";
import { selects } from "../../policies/label-selector.ts";

/** A pod, or something outside of the cluster, at one end of a connection. */
export type End = PodEnd | { readonly address: string };

/** A pod; `ports` are names of its container ports. */
export interface PodEnd {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly address: string;
  readonly ports?: Readonly<Record<string, number>>;
}

/** What policies are held against: those of all namespaces, and the labels of each namespace. */
export interface Network {
  readonly policies: readonly JsonObject[];
  readonly namespaces: Readonly<Record<string, JsonObject>>;
}

/** A port of a protocol. */
export interface Port {
  readonly port: number;
  readonly protocol?: string;
}

/**
 * Whether a connection may be made, as the specification of NetworkPolicy (networking.k8s.io/v1) has it: the sender's egress
 * and the receiver's ingress must both let it through. A pod that no policy selects for a direction is open in it; of those
 * that do, one rule that fits is enough. Connections of a pod to itself are always let through.
 */
export function mayConnect(from: End, to: End, port: Port, network: Network): boolean {
  if (isPod(from) && isPod(to) && from.address === to.address) return true;
  return passes("Egress", from, to, to, port, network) && passes("Ingress", to, from, to, port, network);
}

/** @param own The end whose policies are asked. @param other The one that a rule has to name. @param target Whose port it is. */
function passes(type: "Ingress" | "Egress", own: End, other: End, target: End, port: Port, network: Network): boolean {
  if (!isPod(own)) return true;
  const policies = network.policies.filter((policy) => governs(policy, type, own));
  if (policies.length === 0) return true;
  const [rules, peers] = type === "Ingress" ? ["ingress", "from"] : ["egress", "to"];
  return policies.some((policy) =>
    entries(record(policy["spec"])[rules ?? ""]).some(
      (rule) =>
        fits(rule[peers ?? ""], (peer) => isPeer(peer, other, namespaceOf(policy), network)) &&
        fits(rule["ports"], (each) => isPort(each, target, port)),
    ),
  );
}

function governs(policy: JsonObject, type: "Ingress" | "Egress", pod: PodEnd): boolean {
  const { podSelector, policyTypes, egress } = record(policy["spec"]);
  if (namespaceOf(policy) !== pod.namespace || !selects(podSelector ?? {}, pod.labels)) return false;
  // Without types: what comes in, and what goes out only if something is said about it.
  if (!isList(policyTypes)) return type === "Ingress" || entries(egress).length > 0;
  return policyTypes.includes(type);
}

/** A list that is absent or empty fits everything. */
function fits(list: Json | undefined, test: (item: JsonObject) => boolean): boolean {
  const items = entries(list);
  return items.length === 0 || items.some(test);
}

function isPeer(peer: JsonObject, end: End, home: string, { namespaces }: Network): boolean {
  const { ipBlock, namespaceSelector, podSelector } = peer;
  if (isJsonObject(ipBlock)) return inBlock(end.address, ipBlock);
  if (!isPod(end)) return false;
  const inNamespace = isJsonObject(namespaceSelector)
    ? selects(namespaceSelector, namespaces[end.namespace] ?? {})
    : end.namespace === home;
  return inNamespace && (!isJsonObject(podSelector) || selects(podSelector, end.labels));
}

function inBlock(address: string, { cidr, except }: JsonObject): boolean {
  const inside = (block: Json | undefined): boolean => {
    const [net = "", length = ""] = typeof block === "string" ? block.split("/") : [];
    const list = new BlockList();
    list.addSubnet(net, Number(length), isIP(net) === 6 ? "ipv6" : "ipv4");
    return isIP(net) === isIP(address) && list.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
  };
  return inside(cidr) && !(isList(except) ? except : []).some(inside);
}

function isPort({ protocol, port, endPort }: JsonObject, target: End, asked: Port): boolean {
  if ((protocol ?? "TCP") !== (asked.protocol ?? "TCP")) return false;
  if (port === undefined || port === null) return true;
  const first = typeof port === "string" ? (isPod(target) ? target.ports?.[port] : undefined) : Number(port);
  if (first === undefined) return false;
  return asked.port >= first && asked.port <= (typeof endPort === "number" ? endPort : first);
}

function isPod(end: End): end is PodEnd {
  return "namespace" in end;
}

function namespaceOf(policy: JsonObject): string {
  const { namespace } = record(policy["metadata"]);
  return typeof namespace === "string" ? namespace : "";
}

function entries(list: Json | undefined): readonly JsonObject[] {
  return isList(list) ? list.map(record) : [];
}
