import { failure } from "../errors/error.ts";
import { isList, plainJson, record, sameJson } from "../manifest/json.ts";
import type { Json } from "../manifest/manifest.ts";
import { Unwritable } from "../yaml/rewrite/edit.ts";
import { rewriteDocument } from "../yaml/rewrite/rewrite.ts";
import { readYaml } from "../manifest/yaml.ts";
import { holds, isSameImage } from "./judge.ts";
import { blockListFile, type PlacedEntry } from "./list.ts";
import type { BlockedEntry } from "./schema.ts";

const head = `# What is kept out of environments until \`driftless unblock\` lets it back. Review it like code.
apiVersion: driftless.dev/v1alpha1
kind: BlockList
blocked:
`;

/** Who decided something, when and why. */
export interface Decision {
  readonly reason: string;
  readonly by: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** The text of a block list with one more entry; every other byte stays. @throws CONFIG_INVALID */
export function withEntry(text: string | undefined, entry: BlockedEntry): string {
  const added = plainJson(entry);
  if (text === undefined) return head + block(added);
  return rewritten(text, (blocked) => [...blocked, added]);
}

/** True if a block list says anything of a commit in an environment, be it that it was let back. */
export function isListed(text: string | undefined, revision: string, environment: string): boolean {
  const [document] = text === undefined ? [] : [...readYaml(text, blockListFile)];
  const blocked = record(document?.value)["blocked"];
  return (isList(blocked) ? blocked : []).map(record).some((entry) => {
    const { environments } = entry;
    return entry["revision"] === revision && (!isList(environments) || environments.includes(environment));
  });
}

/**
 * The text of a block list in which something is let back into an environment.
 * @param what a revision, or an image as it is listed
 * @throws BLOCK_NOT_FOUND if nothing of that name is kept out of the environment
 */
export function withLift(
  text: string | undefined,
  list: readonly PlacedEntry[],
  { environment, what, ...decision }: Decision & { readonly environment: string; readonly what: string },
): string {
  const found = list.flatMap(({ entry }, at) => (isMeant(entry, what) && holds(entry, environment) ? [at] : []));
  if (text === undefined || found.length === 0) throw notBlocked(list, environment, what);
  const lift = { environment, ...decision };
  return rewritten(text, (blocked) =>
    blocked.map((each, at): Json => {
      if (!found.includes(at)) return each;
      const before = record(each)["unblocked"];
      return { ...record(each), unblocked: [...(isList(before) ? before : []), lift] };
    }),
  );
}

function isMeant(entry: BlockedEntry, what: string): boolean {
  return "revision" in entry ? entry.revision === what : entry.image === what || isSameImage(what, entry.image);
}

function notBlocked(list: readonly PlacedEntry[], environment: string, what: string): Error {
  const held = list.filter(({ entry }) => holds(entry, environment));
  const names = held.map(({ entry }) => ("revision" in entry ? entry.revision : entry.image));
  const fix = names.length === 0 ? "Nothing is." : `Kept out are: ${names.join(", ")}.`;
  return failure("BLOCK_NOT_FOUND", `"${what}" is not kept out of ${environment}.`, fix);
}

function rewritten(text: string, change: (blocked: readonly Json[]) => readonly Json[]): string {
  const [document] = [...readYaml(text, blockListFile)];
  const value = record(document?.value);
  const before = value["blocked"];
  const target = { ...value, blocked: change(isList(before) ? before : []) };
  try {
    const written = rewriteDocument(text, 1, target);
    if (sameJson(value, target)) throw new RangeError("nothing changes");
    return written;
  } catch (error) {
    if (!(error instanceof Unwritable)) throw error;
    const fix = "Write its entries out, without aliases, and run it again.";
    throw failure("CONFIG_INVALID", `The block list cannot be changed in place: ${error.message}.`, fix, {
      place: { file: blockListFile },
      cause: error,
    });
  }
}

/** The first entry, in lines. */
function block(entry: Json): string {
  const lines = Object.entries(record(entry)).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return `  - ${lines.join("\n    ")}\n`;
}
