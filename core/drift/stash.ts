import { isList, record } from "../manifest/json.ts";
import type { Json, JsonObject } from "../manifest/manifest.ts";
import { parseUrn } from "../plan/identity.ts";
import { stepType } from "../plan/step-name.ts";

/** Name of the resource that holds an environment's baseline: a `pulumi:index:Stash`, child of the Environment. */
export const baselineStashName = "drift/baseline";

/** What the state of a stack keeps for drift. */
export interface KeptBaseline {
  /** As `encodeBaseline` wrote it; the empty string before the first one was taken. */
  readonly baseline: string;
  /** The key of the hashes of Secrets as the state holds it, mostly encrypted; absent until a Secret needed one. */
  readonly key?: Json;
}

/** How the engine marks a secret in a state. */
const mark = "4dabf18193072939515e22adb298388d";
const secretMark = "1b47061264138c4ac30d75fd1eb44270";

/** What a state keeps for drift; undefined if nothing: it was made by a program that kept none, or there is no stack. */
export function keptBaseline(deployment: JsonObject | undefined): KeptBaseline | undefined {
  const resources = deployment?.["resources"];
  const stash = isList(resources) ? resources.find(isStash) : undefined;
  if (stash === undefined) return undefined;
  const { baseline, key } = record(record(record(stash)["inputs"])["input"]);
  return { baseline: typeof baseline === "string" ? baseline : "", ...(key === undefined ? {} : { key }) };
}

/** The deployment with another baseline; as it is where it has no place for one. */
export function withBaseline(deployment: JsonObject, kept: KeptBaseline): JsonObject {
  const { resources } = deployment;
  if (!isList(resources)) return deployment;
  const { baseline, key } = kept;
  const input = { baseline, ...(key === undefined ? {} : { key }) };
  return {
    ...deployment,
    // Only the input: what the engine keeps as outputs would be a second and a third copy.
    resources: resources.map((resource) => (isStash(resource) ? { ...record(resource), inputs: { input } } : resource)),
  };
}

/** A key as the engine takes it from an import: it encrypts it. */
export function secretKey(key: string): Json {
  return { [mark]: secretMark, plaintext: JSON.stringify(key) };
}

/** The key in a state that was exported with its secrets; undefined in any other. */
export function plainKey(key: Json | undefined): string | undefined {
  const { plaintext } = record(key);
  if (typeof plaintext !== "string") return undefined;
  const value: unknown = JSON.parse(plaintext);
  return typeof value === "string" ? value : undefined;
}

function isStash(resource: Json): boolean {
  const { urn, delete: leaving } = record(resource);
  const parsed = typeof urn === "string" && leaving !== true ? parseUrn(urn) : undefined;
  return parsed?.type === stepType && parsed.name === baselineStashName;
}
