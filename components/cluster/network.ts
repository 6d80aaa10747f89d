import { InternetGateway } from "@pulumi/aws/ec2/internetGateway.js";
import { Route } from "@pulumi/aws/ec2/route.js";
import { RouteTable } from "@pulumi/aws/ec2/routeTable.js";
import { RouteTableAssociation } from "@pulumi/aws/ec2/routeTableAssociation.js";
import { Subnet } from "@pulumi/aws/ec2/subnet.js";
import { Vpc } from "@pulumi/aws/ec2/vpc.js";
import { getAvailabilityZonesOutput } from "@pulumi/aws/getAvailabilityZones.js";
import type { Input, Output, Resource } from "@pulumi/pulumi";
import { errorFinding, formatFinding } from "../../core/errors/finding.ts";
import { quote } from "../../core/errors/quote.ts";
import type { EksPlan } from "../../core/eks/plan.ts";
import type { ZoneSubnets } from "../../core/eks/subnets.ts";
import { createGateways, type Gateways } from "./gateways.ts";
import type { EksScope } from "./scope.ts";

/** Where a cluster is. */
export interface Network {
  /** Subnets of the control plane, and of nodes that name none. */
  readonly subnetIds: readonly Input<string>[];
  /** There when what is in the subnets reaches what it needs. */
  readonly ready: readonly Resource[];
}

type MadeNetwork = Exclude<EksPlan["network"], { readonly id: string }>;

const internet = "0.0.0.0/0";

/** The network of a cluster: as given, or a VPC with private and public subnets in each zone. */
export function createNetwork(scope: EksScope): Network {
  const { network } = scope.plan;
  return "id" in network ? { subnetIds: network.subnets, ready: [] } : createVpc(scope, network);
}

function createVpc(scope: EksScope, network: MadeNetwork): Network {
  const { plan, options } = scope;
  const vpc = new Vpc(
    scope.name("vpc"),
    { cidrBlock: network.cidr, enableDnsHostnames: true, enableDnsSupport: true, tags: scope.named("vpc") },
    { ...options, protect: plan.protect },
  );
  const gateway = new InternetGateway(
    scope.name("internet-gateway"),
    { vpcId: vpc.id, tags: scope.named("internet-gateway") },
    options,
  );
  const names = zoneNames(scope);
  const subnet = (kind: "private" | "public", zone: ZoneSubnets): Subnet =>
    createSubnet(scope, kind, zone, {
      vpcId: vpc.id,
      availabilityZone: names.apply((all) => zoneName(plan, all, zone)),
    });
  const outer = network.zones.map((zone) => ({ zone, subnet: subnet("public", zone) }));
  const own = network.zones.map((zone) => ({ zone, subnet: subnet("private", zone) }));

  const table = createTable(scope, "public", vpc.id);
  const outward = new Route(
    scope.name("route/public"),
    { routeTableId: table.id, destinationCidrBlock: internet, gatewayId: gateway.id },
    options,
  );
  const associations = outer.map(({ zone, subnet }) => associate(scope, `public-${zone.number}`, subnet, table));
  const gateways = createGateways(scope, network.nat, outer, [gateway, outward, ...associations]);
  const ready = own.flatMap(({ zone, subnet }) => createPrivateRoute(scope, { zone, subnet, vpc, gateways }));
  return { subnetIds: own.map(({ subnet }) => subnet.id), ready };
}

/** Zones of the region that need no consent and are no Local Zones. */
function zoneNames({ options: { parent, provider } }: EksScope): Output<readonly string[]> {
  const filters = [{ name: "opt-in-status", values: ["opt-in-not-required"] }];
  const found = getAvailabilityZonesOutput(
    { state: "available", filters },
    { ...(parent === undefined ? {} : { parent }), ...(provider === undefined ? {} : { provider }) },
  );
  return found.apply(({ names }) => [...names].sort());
}

function zoneName({ cluster, region }: EksPlan, names: readonly string[], { number }: ZoneSubnets): string {
  const name = names[number - 1];
  if (name !== undefined) return name;
  const message = `The cluster ${quote(cluster)} is to be in ${number} zones, and AWS gives this account ${names.length} in ${region}.`;
  const fix = `Write clusters.${cluster}.eks.vpc.zones: 2, or choose another region.`;
  // The engine puts its own words in front, on the first line.
  throw new Error(`\n${formatFinding(errorFinding("CONFIG_INVALID", message, fix))}`);
}

/** Load balancers of the cluster find their subnets by these tags. */
const balancerTags = { private: "kubernetes.io/role/internal-elb", public: "kubernetes.io/role/elb" } as const;

function createSubnet(
  scope: EksScope,
  kind: "private" | "public",
  zone: ZoneSubnets,
  place: { readonly vpcId: Output<string>; readonly availabilityZone: Output<string> },
): Subnet {
  const { plan, options } = scope;
  const part = `${kind}-${zone.number}`;
  const tags = { ...scope.named(part), [balancerTags[kind]]: "1", [`kubernetes.io/cluster/${plan.name}`]: "shared" };
  return new Subnet(
    scope.name(`subnet/${part}`),
    { ...place, cidrBlock: kind === "private" ? zone.private : zone.public, tags },
    // A zone that AWS adds to the region may shift the list: what is there stays where it is.
    { ...options, ignoreChanges: ["availabilityZone"] },
  );
}

function createTable(scope: EksScope, part: string, vpcId: Output<string>): RouteTable {
  const tags = scope.named(part);
  return new RouteTable(scope.name(`route-table/${part}`), { vpcId, tags }, scope.options);
}

function associate(scope: EksScope, part: string, subnet: Subnet, table: RouteTable): RouteTableAssociation {
  const args = { subnetId: subnet.id, routeTableId: table.id };
  return new RouteTableAssociation(scope.name(`route-table-association/${part}`), args, scope.options);
}

interface PrivateRoute {
  readonly zone: ZoneSubnets;
  readonly subnet: Subnet;
  readonly vpc: Vpc;
  readonly gateways: Gateways;
}

/** Each private subnet has a table of its own, so that another choice of gateways moves a route and no subnet. */
function createPrivateRoute(scope: EksScope, { zone, subnet, vpc, gateways }: PrivateRoute): readonly Resource[] {
  const part = `private-${zone.number}`;
  const table = createTable(scope, part, vpc.id);
  const association = associate(scope, part, subnet, table);
  const natGatewayId = gateways(zone);
  if (natGatewayId === undefined) return [association];
  const args = { routeTableId: table.id, destinationCidrBlock: internet, natGatewayId };
  return [association, new Route(scope.name(`route/${part}`), args, scope.options)];
}
