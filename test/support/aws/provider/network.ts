import {
  AllocateAddressCommand,
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateNatGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  DeleteInternetGatewayCommand,
  DeleteNatGatewayCommand,
  DeleteRouteCommand,
  DeleteRouteTableCommand,
  DeleteSubnetCommand,
  DeleteTagsCommand,
  DeleteVpcCommand,
  DescribeAddressesCommand,
  DescribeInternetGatewaysCommand,
  DescribeNatGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  DetachInternetGatewayCommand,
  DisassociateRouteTableCommand,
  EC2Client,
  ModifySubnetAttributeCommand,
  ModifyVpcAttributeCommand,
  ReleaseAddressCommand,
  type ResourceType,
} from "@aws-sdk/client-ec2";
import { gone, type Kind } from "./kind.ts";
import { flagIf, given, known, map, tagList, text, textIf, type Props } from "./props.ts";

/** A client of EC2 in a region. */
export function ec2(region: string): EC2Client {
  return new EC2Client({ region });
}

/** Tags of something that is created. */
export function tagged(
  type: ResourceType,
  props: Props,
): { ResourceType: ResourceType; Tags: ReturnType<typeof tagList> }[] {
  const Tags = tagList(props);
  return Tags.length === 0 ? [] : [{ ResourceType: type, Tags }];
}

/** Makes the tags of something what they are to be. */
export async function retag(id: string, inputs: Props, old: Props, region: string): Promise<void> {
  const wanted = map(inputs, "tags");
  const surplus = Object.keys(map(old, "tags")).filter((key) => wanted[key] === undefined);
  const client = ec2(region);
  if (surplus.length > 0)
    await client.send(new DeleteTagsCommand({ Resources: [id], Tags: surplus.map((Key) => ({ Key })) }));
  const Tags = tagList(inputs);
  if (Tags.length > 0) await client.send(new CreateTagsCommand({ Resources: [id], Tags }));
}

/** `aws:ec2/vpc:Vpc`. */
export const vpc: Kind = {
  inputs: ["cidrBlock", "enableDnsHostnames", "enableDnsSupport", "tags"],
  replaces: ["cidrBlock"],
  outputs: ["arn", "ownerId"],
  create: async (inputs, region) => {
    const request = { CidrBlock: text(inputs, "cidrBlock"), TagSpecifications: tagged("vpc", inputs) };
    const { Vpc } = await ec2(region).send(new CreateVpcCommand(request));
    const id = given(Vpc?.VpcId);
    await setDns(id, inputs, region);
    return id;
  },
  read: async (id, _state, region) => {
    const found = await ec2(region)
      .send(new DescribeVpcsCommand({ VpcIds: [id] }))
      .catch(gone);
    const own = found?.Vpcs?.[0];
    return own && known({ ownerId: own.OwnerId, arn: `arn:aws:ec2:${region}:${own.OwnerId}:vpc/${id}` });
  },
  update: async (id, inputs, old, region) => {
    await setDns(id, inputs, region);
    await retag(id, inputs, old, region);
  },
  remove: async (id, _state, region) => void (await ec2(region).send(new DeleteVpcCommand({ VpcId: id }))),
};

async function setDns(id: string, inputs: Props, region: string): Promise<void> {
  const client = ec2(region);
  const [names, support] = [flagIf(inputs, "enableDnsHostnames"), flagIf(inputs, "enableDnsSupport")];
  if (support !== undefined)
    await client.send(new ModifyVpcAttributeCommand({ VpcId: id, EnableDnsSupport: { Value: support } }));
  if (names !== undefined)
    await client.send(new ModifyVpcAttributeCommand({ VpcId: id, EnableDnsHostnames: { Value: names } }));
}

/** `aws:ec2/subnet:Subnet`. */
export const subnet: Kind = {
  inputs: ["vpcId", "cidrBlock", "availabilityZone", "mapPublicIpOnLaunch", "tags"],
  replaces: ["vpcId", "cidrBlock", "availabilityZone"],
  outputs: ["arn"],
  create: async (inputs, region) => {
    const { Subnet } = await ec2(region).send(
      new CreateSubnetCommand({
        VpcId: text(inputs, "vpcId"),
        CidrBlock: text(inputs, "cidrBlock"),
        AvailabilityZone: textIf(inputs, "availabilityZone"),
        TagSpecifications: tagged("subnet", inputs),
      }),
    );
    const id = given(Subnet?.SubnetId);
    await setPublic(id, inputs, region);
    return id;
  },
  read: async (id, _state, region) => {
    const found = await ec2(region)
      .send(new DescribeSubnetsCommand({ SubnetIds: [id] }))
      .catch(gone);
    const own = found?.Subnets?.[0];
    return own && known({ arn: own.SubnetArn ?? `arn:aws:ec2:${region}:${own.OwnerId}:subnet/${id}` });
  },
  update: async (id, inputs, old, region) => {
    await setPublic(id, inputs, region);
    await retag(id, inputs, old, region);
  },
  remove: async (id, _state, region) => void (await ec2(region).send(new DeleteSubnetCommand({ SubnetId: id }))),
};

async function setPublic(id: string, inputs: Props, region: string): Promise<void> {
  const value = flagIf(inputs, "mapPublicIpOnLaunch");
  if (value === undefined) return;
  await ec2(region).send(new ModifySubnetAttributeCommand({ SubnetId: id, MapPublicIpOnLaunch: { Value: value } }));
}

/** `aws:ec2/internetGateway:InternetGateway`. */
export const internetGateway: Kind = {
  inputs: ["vpcId", "tags"],
  replaces: ["vpcId"],
  outputs: ["arn"],
  create: async (inputs, region) => {
    const client = ec2(region);
    const request = { TagSpecifications: tagged("internet-gateway", inputs) };
    const { InternetGateway } = await client.send(new CreateInternetGatewayCommand(request));
    const id = given(InternetGateway?.InternetGatewayId);
    await client.send(new AttachInternetGatewayCommand({ InternetGatewayId: id, VpcId: text(inputs, "vpcId") }));
    return id;
  },
  read: async (id, _state, region) => {
    const request = new DescribeInternetGatewaysCommand({ InternetGatewayIds: [id] });
    const found = await ec2(region).send(request).catch(gone);
    return found?.InternetGateways?.[0] && { arn: `arn:aws:ec2:${region}::internet-gateway/${id}` };
  },
  update: retag,
  remove: async (id, state, region) => {
    const client = ec2(region);
    await client.send(new DetachInternetGatewayCommand({ InternetGatewayId: id, VpcId: text(state, "vpcId") }));
    await client.send(new DeleteInternetGatewayCommand({ InternetGatewayId: id }));
  },
};

/** `aws:ec2/eip:Eip`. */
export const eip: Kind = {
  inputs: ["domain", "tags"],
  replaces: ["domain"],
  outputs: ["allocationId", "publicIp"],
  create: async (inputs, region) => {
    const request = { Domain: "vpc" as const, TagSpecifications: tagged("elastic-ip", inputs) };
    return given((await ec2(region).send(new AllocateAddressCommand(request))).AllocationId);
  },
  read: async (id, _state, region) => {
    const found = await ec2(region)
      .send(new DescribeAddressesCommand({ AllocationIds: [id] }))
      .catch(gone);
    const own = found?.Addresses?.[0];
    return own && known({ allocationId: id, publicIp: own.PublicIp });
  },
  update: retag,
  remove: async (id, _state, region) => void (await ec2(region).send(new ReleaseAddressCommand({ AllocationId: id }))),
};

/** `aws:ec2/natGateway:NatGateway`. */
export const natGateway: Kind = {
  inputs: ["allocationId", "subnetId", "connectivityType", "tags"],
  replaces: ["allocationId", "subnetId", "connectivityType"],
  outputs: ["publicIp"],
  create: async (inputs, region) => {
    const { NatGateway } = await ec2(region).send(
      new CreateNatGatewayCommand({
        SubnetId: text(inputs, "subnetId"),
        AllocationId: textIf(inputs, "allocationId"),
        TagSpecifications: tagged("natgateway", inputs),
      }),
    );
    return given(NatGateway?.NatGatewayId);
  },
  read: async (id, _state, region) => {
    const found = await ec2(region)
      .send(new DescribeNatGatewaysCommand({ NatGatewayIds: [id] }))
      .catch(gone);
    const own = found?.NatGateways?.find(({ State }) => State !== "deleted");
    return own && known({ publicIp: own.NatGatewayAddresses?.[0]?.PublicIp });
  },
  update: retag,
  remove: async (id, _state, region) =>
    void (await ec2(region).send(new DeleteNatGatewayCommand({ NatGatewayId: id }))),
};

/** `aws:ec2/routeTable:RouteTable`; its routes are resources of their own. */
export const routeTable: Kind = {
  inputs: ["vpcId", "tags"],
  replaces: ["vpcId"],
  outputs: ["arn"],
  create: async (inputs, region) => {
    const request = { VpcId: text(inputs, "vpcId"), TagSpecifications: tagged("route-table", inputs) };
    return given((await ec2(region).send(new CreateRouteTableCommand(request))).RouteTable?.RouteTableId);
  },
  read: async (id, _state, region) => {
    const found = await ec2(region)
      .send(new DescribeRouteTablesCommand({ RouteTableIds: [id] }))
      .catch(gone);
    return found?.RouteTables?.[0] && { arn: `arn:aws:ec2:${region}::route-table/${id}` };
  },
  update: retag,
  remove: async (id, _state, region) =>
    void (await ec2(region).send(new DeleteRouteTableCommand({ RouteTableId: id }))),
};

/** `aws:ec2/route:Route`. */
export const route: Kind = {
  inputs: ["routeTableId", "destinationCidrBlock", "gatewayId", "natGatewayId"],
  replaces: ["routeTableId", "destinationCidrBlock", "gatewayId", "natGatewayId"],
  outputs: ["state"],
  create: async (inputs, region) => {
    const [table, block] = [text(inputs, "routeTableId"), text(inputs, "destinationCidrBlock")];
    await ec2(region).send(
      new CreateRouteCommand({
        RouteTableId: table,
        DestinationCidrBlock: block,
        GatewayId: textIf(inputs, "gatewayId"),
        NatGatewayId: textIf(inputs, "natGatewayId"),
      }),
    );
    return `r-${table}-${block}`;
  },
  read: async (_id, state, region) => {
    const request = new DescribeRouteTablesCommand({ RouteTableIds: [text(state, "routeTableId")] });
    const found = await ec2(region).send(request).catch(gone);
    const block = text(state, "destinationCidrBlock");
    const own = found?.RouteTables?.[0]?.Routes?.find(({ DestinationCidrBlock }) => DestinationCidrBlock === block);
    return own && { state: "active" };
  },
  remove: async (_id, state, region) => {
    const [RouteTableId, DestinationCidrBlock] = [text(state, "routeTableId"), text(state, "destinationCidrBlock")];
    await ec2(region).send(new DeleteRouteCommand({ RouteTableId, DestinationCidrBlock }));
  },
};

/** `aws:ec2/routeTableAssociation:RouteTableAssociation`. */
export const routeTableAssociation: Kind = {
  inputs: ["subnetId", "routeTableId"],
  replaces: ["subnetId", "routeTableId"],
  outputs: [],
  create: async (inputs, region) => {
    const request = { SubnetId: text(inputs, "subnetId"), RouteTableId: text(inputs, "routeTableId") };
    return given((await ec2(region).send(new AssociateRouteTableCommand(request))).AssociationId);
  },
  read: async (id, state, region) => {
    const request = new DescribeRouteTablesCommand({ RouteTableIds: [text(state, "routeTableId")] });
    const found = await ec2(region).send(request).catch(gone);
    return found?.RouteTables?.[0]?.Associations?.some((each) => each.RouteTableAssociationId === id) ? {} : undefined;
  },
  remove: async (id, _state, region) =>
    void (await ec2(region).send(new DisassociateRouteTableCommand({ AssociationId: id }))),
};
