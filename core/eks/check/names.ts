import type { EksSpec } from "../../environment/spec.ts";
import { nearest } from "../../errors/nearest.ts";
import { quote } from "../../errors/quote.ts";
import { defaultAddons } from "../addons.ts";
import { clusterRoleName, fargateRoleName, longestRoleName, nodeRoleName, podRoleName } from "../names.ts";
import { volumeRoleName } from "../names.ts";
import { awsRegions } from "../regions.ts";
import { ownTags } from "../tags.ts";
import type { Fault } from "./fault.ts";

/** A region that AWS does not have. */
export function checkRegion(region: string): readonly Fault[] {
  if (awsRegions.includes(region)) return [];
  const meant = nearest(region, awsRegions);
  const fix = meant === undefined ? "Write, say, eu-central-1." : `Did you mean ${quote(meant)}?`;
  return [{ path: ["region"], message: `AWS has no region ${quote(region)}.`, fix }];
}

/** Names and tags that AWS does not take. */
export function checkNames(spec: EksSpec): readonly Fault[] {
  return [...checkRoles(spec), ...checkKey(spec), ...checkTags(spec), ...checkAddons(spec)];
}

function checkRoles({ name, podIdentity }: EksSpec): readonly Fault[] {
  const own = [clusterRoleName, nodeRoleName, fargateRoleName, volumeRoleName].map((nameOf) => nameOf(name));
  const longest = Math.max(...own.map(({ length }) => length));
  if (longest > longestRoleName) {
    const room = longestRoleName - (longest - name.length);
    const message = `The name ${quote(name)} at AWS has ${name.length} characters; with those of its roles it may have ${room}.`;
    return [{ path: ["name"], message, fix: "Give it a shorter one: `name:`." }];
  }
  return Object.entries(podIdentity).flatMap(([entry, { role }]) => {
    const { length } = podRoleName(name, entry);
    if (role !== undefined || length <= longestRoleName) return [];
    const message = `The role of ${quote(entry)} would have a name of ${length} characters; AWS takes ${longestRoleName}.`;
    return [{ path: ["podIdentity", entry], message, fix: "Shorten the name of the entry, or of the cluster." }];
  });
}

/** A key is of one region, and only clusters there can use it. */
function checkKey({ region, encryption: { key } }: EksSpec): readonly Fault[] {
  const of = key?.split(":")[3];
  if (of === undefined || of === region) return [];
  const message = `The key is in ${of}, and the cluster in ${region}.`;
  return [{ path: ["encryption", "key"], message, fix: `Name a key in ${region}, or remove the line: one is made.` }];
}

/** AWS takes 50 tags of a resource, and some get a few besides those of the document. */
const mostTags = 40;

function checkTags({ tags }: EksSpec): readonly Fault[] {
  const own: ReadonlySet<string> = new Set(Object.values(ownTags));
  const reserved = Object.keys(tags).filter((key) => /^aws:/i.test(key) || own.has(key));
  const faults = reserved.map((key): Fault => {
    const message = `The tag ${quote(key)} is ${own.has(key) ? "set by Driftless" : "one that only AWS may set"}.`;
    return { path: ["tags", key], message, fix: "Use another name." };
  });
  const odd = Object.entries(tags).filter(
    (entry) => !entry.every((text) => /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(text)),
  );
  const illegal = odd.map(([key]): Fault => {
    const message = `The tag ${quote(key)} holds a character that AWS does not take.`;
    return { path: ["tags", key], message, fix: "Use letters, digits, spaces and _ . : / = + - @." };
  });
  const count = Object.keys(tags).length;
  const many =
    count > mostTags ? [{ path: ["tags"], message: `There are ${count} tags.`, fix: `Keep ${mostTags}.` }] : [];
  return [...faults, ...illegal, ...many];
}

function checkAddons({ addons }: EksSpec): readonly Fault[] {
  const known = Object.keys(defaultAddons);
  return Object.entries(addons).flatMap(([name, { enabled }]) => {
    if (enabled || known.includes(name)) return [];
    const meant = nearest(name, known);
    const fix = meant === undefined ? "Remove the line." : `Did you mean ${quote(meant)}?`;
    return [{ path: ["addons", name], message: `The add-on ${quote(name)} is off, and never was on.`, fix }];
  });
}
