import type { EksSpec } from "../environment/spec.ts";
import { formatBlock, parseBlock, partOf } from "./cidr.ts";

/** A VPC to make. */
export type MadeVpc = Exclude<EksSpec["vpc"], { readonly id: string }>;

/** The subnets of one availability zone. */
export interface ZoneSubnets {
  /** 1, 2 or 3: the zone at this place in the region's list, when it was made. */
  readonly number: number;
  /** Block of the subnet of nodes and pods. */
  readonly private: string;
  /** Block of the subnet of load balancers and NAT gateways. */
  readonly public: string;
}

/**
 * The subnets of a VPC. What a zone gets does not depend on how many there are, so that a third one can be added: a
 * quarter of the VPC for each private subnet, a quarter of the last quarter for each public one. None if the VPC has no
 * block.
 */
export function subnetsOf({ cidr, zones, subnets }: MadeVpc): readonly ZoneSubnets[] {
  const vpc = parseBlock(cidr);
  if (vpc === undefined) return [];
  const last = partOf(vpc, 2, 3);
  return Array.from({ length: zones }, (_, index) => ({
    number: index + 1,
    private: subnets?.private[index] ?? formatBlock(partOf(vpc, 2, index)),
    public: subnets?.public[index] ?? formatBlock(partOf(last, 2, index)),
  }));
}
