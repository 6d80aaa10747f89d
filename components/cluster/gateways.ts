import { Eip } from "@pulumi/aws/ec2/eip.js";
import { NatGateway } from "@pulumi/aws/ec2/natGateway.js";
import type { Subnet } from "@pulumi/aws/ec2/subnet.js";
import type { Output, Resource } from "@pulumi/pulumi";
import type { ZoneSubnets } from "../../core/eks/subnets.ts";
import type { EksScope } from "./scope.ts";

/** The NAT gateway by which a zone reaches the internet; undefined if it does not. */
export type Gateways = (zone: ZoneSubnets) => Output<string> | undefined;

/** A public subnet and its zone. */
export interface PublicSubnet {
  readonly zone: ZoneSubnets;
  readonly subnet: Subnet;
}

/**
 * Creates NAT gateways: one in each zone, one in the first for all, or none.
 * @param after What makes the public subnets public.
 */
export function createGateways(
  scope: EksScope,
  choice: "none" | "single" | "perZone",
  subnets: readonly PublicSubnet[],
  after: readonly Resource[],
): Gateways {
  const places = choice === "none" ? [] : choice === "single" ? subnets.slice(0, 1) : subnets;
  const gateways = new Map(places.map((place) => [place.zone.number, createGateway(scope, place, after).id]));
  const [first] = gateways.values();
  return ({ number }) => (choice === "single" ? first : gateways.get(number));
}

function createGateway(scope: EksScope, { zone, subnet }: PublicSubnet, after: readonly Resource[]): NatGateway {
  const part = `nat-${zone.number}`;
  const options = { ...scope.options, dependsOn: [...after] };
  const address = new Eip(scope.name(`eip/${part}`), { domain: "vpc", tags: scope.named(part) }, options);
  const args = { allocationId: address.id, subnetId: subnet.id, tags: scope.named(part) };
  return new NatGateway(scope.name(`nat-gateway/${zone.number}`), args, options);
}
