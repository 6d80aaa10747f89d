import { parsePorts } from "../../environment/ports.ts";
import type { TenantSpec } from "../../environment/spec.ts";
import { quote } from "../../errors/quote.ts";
import { isJsonObject, isList, record, sameJson } from "../../manifest/json.ts";
import { kindGroup, type Json, type JsonObject, type KubernetesObject } from "../../manifest/manifest.ts";
import { namespaceNameLabel } from "../tenant-network.ts";
import type { Problem } from "./problem.ts";

/** What a tenant may open. */
export interface NetworkRules {
  /** Name of the tenant. */
  readonly name: string;
  readonly tenant: Pick<TenantSpec, "namespaces" | "network" | "allow">;
}

const directions = [
  { rules: "ingress", peers: "from", namespaces: "ingressFrom", addresses: "ingressFromAddresses" },
  { rules: "egress", peers: "to", namespaces: "egressTo", addresses: "egressToAddresses" },
] as const;

type Direction = (typeof directions)[number];

const dnsPorts: readonly Json[] = ["TCP", "UDP"].map((protocol) => ({ port: 53, protocol }));

/**
 * What a NetworkPolicy of an application opens beyond its tenant's network. Policies add up, so one that opens more takes
 * the tenant's wall down, while one that opens less or the same does nothing to it. What cannot be told counts as more.
 */
export function checkNetworkPolicy(object: KubernetesObject, { name, tenant }: NetworkRules): readonly Problem[] {
  if (kindGroup(object) !== "NetworkPolicy.networking.k8s.io" || tenant.allow.networkPolicies) return [];
  const spec = record(object["spec"]);
  return directions.flatMap((direction) =>
    entries(spec[direction.rules]).flatMap((rule, at): readonly Problem[] => {
      const excess = excessOf(rule, direction, tenant);
      if (excess === undefined) return [];
      return [
        {
          code: "SCOPE_DENIED",
          message: `it opens ${direction.rules} ${direction.peers} ${excess}, more than tenants.${name}.network does.`,
          field: `spec.${direction.rules}[${at}]`,
          fix: `Remove the rule, name it in tenants.${name}.network (${direction.namespaces}, ${direction.addresses}), or set tenants.${name}.allow.networkPolicies.`,
        },
      ];
    }),
  );
}

/** The first peer of a rule that is not the tenant's to open, in words. */
function excessOf(rule: JsonObject, direction: Direction, tenant: NetworkRules["tenant"]): string | undefined {
  const peers = entries(rule[direction.peers]);
  if (peers.length === 0) return "everywhere";
  return peers
    .map((peer) => excessOfPeer(peer, rule["ports"], direction, tenant))
    .find((excess) => excess !== undefined);
}

function excessOfPeer(
  { ipBlock, namespaceSelector }: JsonObject,
  ports: Json | undefined,
  direction: Direction,
  { namespaces, network }: NetworkRules["tenant"],
): string | undefined {
  if (isJsonObject(ipBlock)) {
    const isListed = network[direction.addresses].some(
      (known) =>
        known.cidr === ipBlock["cidr"] &&
        leavesOut(ipBlock, known.except) &&
        within(ports, known.ports.map(parsePorts)),
    );
    return isListed ? undefined : `the addresses ${quote(JSON.stringify(ipBlock["cidr"] ?? "").replaceAll('"', ""))}`;
  }
  // Pods of its own namespace.
  if (namespaceSelector === undefined || namespaceSelector === null) return undefined;
  const selected = selectedNamespaces(record(namespaceSelector));
  if (selected === undefined) return `namespaces that are not selected by their name (${namespaceNameLabel})`;
  const open = [...namespaces, ...network[direction.namespaces]];
  const isDns = direction.rules === "egress" && within(ports, dnsPorts.map(record));
  const excess = selected.find((each) => !open.includes(each) && !(isDns && each === "kube-system"));
  return excess === undefined ? undefined : `namespace ${quote(excess)}`;
}

/** The namespaces that a selector can select at most; undefined if it does not go by their names. */
function selectedNamespaces({ matchLabels, matchExpressions }: JsonObject): readonly string[] | undefined {
  const named = record(matchLabels)[namespaceNameLabel];
  if (typeof named === "string") return [named];
  const expression = entries(matchExpressions).find(
    ({ key, operator }) => key === namespaceNameLabel && operator === "In",
  );
  return expression === undefined ? undefined : texts(expression["values"]);
}

function leavesOut({ except }: JsonObject, wanted: readonly string[]): boolean {
  const written = texts(except);
  return wanted.every((each) => written.includes(each));
}

/** True if every port of a rule is in one of these ranges. No ranges: every port is open. */
function within(ports: Json | undefined, ranges: readonly { port?: Json; endPort?: Json; protocol?: Json }[]): boolean {
  if (ranges.length === 0) return true;
  const asked = entries(ports);
  return (
    asked.length > 0 &&
    asked.every(({ port, endPort, protocol }) =>
      ranges.some((range) => {
        if (!sameJson(protocol ?? "TCP", range.protocol)) return false;
        const [first, last] = [Number(range.port), Number(range.endPort ?? range.port)];
        return typeof port === "number" && port >= first && Number(endPort ?? port) <= last;
      }),
    )
  );
}

function entries(list: Json | undefined): readonly JsonObject[] {
  return isList(list) ? list.map(record) : [];
}

function texts(list: Json | undefined): readonly string[] {
  return isList(list) ? list.filter((each) => typeof each === "string") : [];
}
