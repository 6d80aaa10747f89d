import type { EksSpec } from "../../environment/spec.ts";
import type { Path } from "../../environment/node.ts";
import { quote } from "../../errors/quote.ts";
import { contains, enclosingBlock, formatBlock, overlaps, parseBlock, type Block } from "../cidr.ts";
import { subnetsOf, type MadeVpc } from "../subnets.ts";
import type { Fault } from "./fault.ts";

/** A block of the document, and what a message calls it. */
interface Named {
  readonly what: string;
  readonly text: string;
  readonly path: Path;
  readonly block: Block;
}

/** Blocks from which AWS lets addresses of Services come. */
const serviceRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];
/** Blocks that are nobody's in the internet. */
const privateRanges = [...serviceRanges, "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"];

/** Blocks that are none, have a size that AWS does not take, lie where they may not, or meet another one. */
export function checkBlocks({ vpc, serviceCidr, endpoint }: EksSpec): readonly Fault[] {
  const service = named("The service CIDR", serviceCidr, ["serviceCidr"]);
  const network = vpc.cidr === undefined ? undefined : named("The VPC", vpc.cidr, ["vpc", "cidr"]);
  const allowed = endpoint.publicAccessCidrs.map((text, index) =>
    named("The block", text, ["endpoint", "publicAccessCidrs", index]),
  );
  return [
    ...[service, network, ...allowed].flatMap((each) => (each === undefined || "block" in each ? [] : [each])),
    ...(isNamed(service) ? [...checkService(service), ...meets(service, network)] : []),
    ...("id" in vpc || !isNamed(network) ? [] : checkMade(vpc, network)),
    ...allowed.filter(isNamed).flatMap(checkCaller),
  ];
}

function isNamed(value: Named | Fault | undefined): value is Named {
  return value !== undefined && "block" in value;
}

function named(what: string, text: string, path: Path): Named | Fault {
  const block = parseBlock(text);
  if (block !== undefined) return { what, text, path, block };
  const meant = enclosingBlock(text);
  const message = `${quote(text)} is no block of IPv4 addresses${meant === undefined ? "" : ": it has bits behind its prefix"}.`;
  return { path, message, fix: meant === undefined ? 'Write, say, "10.0.0.0/16".' : `Write ${formatBlock(meant)}.` };
}

function size({ what, text, path, block }: Named, longest: number, shortest: number): readonly Fault[] {
  if (block.prefix >= longest && block.prefix <= shortest) return [];
  const message = `${what} ${text} has a prefix of ${block.prefix}; it may be from ${longest} to ${shortest}.`;
  return [{ path, message, fix: `Choose a ${block.prefix < longest ? "smaller" : "larger"} block.` }];
}

function meets(one: Named, other: Named | Fault | undefined): readonly Fault[] {
  if (!isNamed(other) || !overlaps(one.block, other.block)) return [];
  const message = `${one.what} ${one.text} overlaps ${lower(other.what)} ${other.text}.`;
  return [{ path: one.path, message, fix: "Choose blocks that share no address." }];
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function checkService(service: Named): readonly Fault[] {
  const inside = serviceRanges.some((range) => isInside(service.block, range));
  const message = `The service CIDR ${service.text} lies outside ${serviceRanges.join(", ")}.`;
  const outside = inside ? [] : [{ path: service.path, message, fix: "Choose a block inside one of these." }];
  return [...size(service, 12, 24), ...outside];
}

function isInside(block: Block, range: string): boolean {
  const outer = parseBlock(range);
  return outer !== undefined && contains(outer, block);
}

function checkMade(vpc: MadeVpc, network: Named): readonly Fault[] {
  // Without blocks of their own, subnets are cut out of the VPC, a sixteenth at the smallest.
  if (vpc.subnets === undefined) return size(network, 16, 24);
  const { private: own, public: outer } = vpc.subnets;
  const lists = Object.entries({ private: own, public: outer });
  const wrong = lists.filter(([, list]) => list.length !== vpc.zones);
  if (wrong.length > 0) {
    return wrong.map(([kind, list]) => ({
      path: ["vpc", "subnets", kind],
      message: `There are ${list.length} blocks of ${kind} subnets for ${vpc.zones} zones.`,
      fix: "Name one of each zone.",
    }));
  }
  const all = lists.flatMap(([kind]) =>
    subnetsOf(vpc).map((zone) =>
      named(`The ${kind} subnet`, kind === "private" ? zone.private : zone.public, [
        "vpc",
        "subnets",
        kind,
        zone.number - 1,
      ]),
    ),
  );
  const known = all.filter(isNamed);
  return [
    ...size(network, 16, 28),
    ...all.flatMap((each) => (isNamed(each) ? size(each, 16, 28) : [each])),
    ...known
      .filter(({ block }) => !contains(network.block, block))
      .map(({ what, text, path }) => ({
        path,
        message: `${what} ${text} lies outside the VPC ${network.text}.`,
        fix: "Choose a block inside the VPC.",
      })),
    ...known.flatMap((one, index) => known.slice(0, index).flatMap((other) => meets(one, other))),
  ];
}

/** What AWS sees of a caller from outside is the caller's public address. */
function checkCaller({ text, path, block }: Named): readonly Fault[] {
  if (!privateRanges.some((range) => isInside(block, range))) return [];
  const message = `${text} is a private block: nobody comes from there to a public endpoint, and AWS refuses it.`;
  return [{ path, message, fix: "Name the public addresses behind which the callers are." }];
}
