import { isIP } from "node:net";
import { z } from "zod";
import { quote } from "../../errors/quote.ts";
import { formats } from "../formats.ts";
import { parsePorts } from "../ports.ts";
import { distinct, name, text } from "./common.ts";

/** A port, or ports from one to another, of a protocol. */
const port = z.union([
  z.int().min(1).max(65_535),
  text(formats.ports).refine(isRange, { error: "There is no such port." }),
]);

const cidr = text(formats.addresses).refine(isBlock, {
  error: ({ input }) => `${quote(String(input))} is not a block of addresses: its address or its length is wrong.`,
  params: { fix: 'Write, say, "203.0.113.0/24" or "2001:db8::/32".' },
});

const addresses = z.strictObject({
  cidr: cidr.describe('The addresses: "203.0.113.0/24"; "0.0.0.0/0" for all of IPv4.'),
  except: distinct(cidr).default([]).describe("Addresses inside that are left out."),
  ports: z
    .array(port)
    .default([])
    .describe('Ports there: 443, "53/UDP", "8000-8100/TCP"; TCP where none is named. Default: all of all protocols.'),
});

/** What may cross the edge of a tenant. */
export const tenantNetwork = z
  .strictObject({
    ingressFrom: distinct(name).default([]).describe("Namespaces outside the tenant that may connect to it."),
    egressTo: distinct(name).default([]).describe("Namespaces outside the tenant that it may connect to."),
    ingressFromAddresses: z
      .array(addresses)
      .default([])
      .describe("Addresses outside the cluster that may connect to it."),
    egressToAddresses: z
      .array(addresses)
      .default([])
      .describe("Addresses outside the cluster that it may connect to, such as the internet."),
  })
  .prefault({})
  .describe("What may cross the tenant's edge. Default: nothing but DNS.");

function isRange(value: string): boolean {
  const { port, endPort = port } = parsePorts(value);
  return port <= endPort && endPort <= 65_535;
}

function isBlock(value: string): boolean {
  const [address = "", length = ""] = value.split("/");
  const family = isIP(address);
  return family !== 0 && Number(length) <= (family === 4 ? 32 : 128);
}
