import { failure } from "../errors/error.ts";
import { quote } from "../errors/quote.ts";
import { isJsonObject, isList, plainJson } from "../manifest/json.ts";
import type { Json, JsonObject } from "../manifest/manifest.ts";
import { nearest } from "../errors/nearest.ts";
import type { MapNode, Path } from "./node.ts";
import type { EnvironmentSpec } from "./spec.ts";
import { enumerate, formatPath } from "./text.ts";

/** An environment in the shape of its document, with everything filled in; what was removed appears as null. */
export function viewOf(spec: EnvironmentSpec, root: MapNode): JsonObject {
  const { name, source, clusters, tenants, applications, applicationSets, policy, rollout } = spec;
  const about = rollout.length === 0 ? {} : { rollout };
  const sections = { metadata: { name }, source, clusters, tenants, applications, applicationSets, policy, ...about };
  return withRemoved(plainJson(sections), root);
}

/**
 * The value at a path as a person writes it; keys may hold dots: `tenants.shop.quota.requests.cpu`.
 * @throws USAGE for a path that does not exist.
 */
export function findPath(view: JsonObject, text: string): { readonly path: Path; readonly value: Json } {
  let path: Path = [];
  let value: Json = view;
  let rest = text.trim();
  while (rest !== "") {
    const step = firstStep(value, rest);
    if (step === undefined) throw unknownPath(path, value, rest);
    path = [...path, step.key];
    value = step.value;
    rest = step.rest;
  }
  return { path, value };
}

function withRemoved(value: JsonObject, root: MapNode): JsonObject {
  const result: Record<string, Json> = { ...value };
  for (const key of root.removed.keys()) result[key] ??= null;
  for (const [key, entry] of root.entries) {
    const below = result[key];
    if (entry.value.kind === "map" && below !== undefined && isJsonObject(below))
      result[key] = withRemoved(below, entry.value);
  }
  return result;
}

function firstStep(value: Json, text: string): { key: string | number; value: Json; rest: string } | undefined {
  if (isList(value)) {
    const [written, index] = /^\[?([0-9]+)\]?(?=$|[.[])/.exec(text) ?? [];
    const item = index === undefined ? undefined : value[Number(index)];
    if (written === undefined || item === undefined) return undefined;
    return { key: Number(index), value: item, rest: afterStep(text, written) };
  }
  if (!isJsonObject(value)) return undefined;
  const found = Object.entries(value)
    .flatMap(([key, below]) => [key, `[${JSON.stringify(key)}]`].map((written) => ({ key, written, value: below })))
    .filter(({ written }) => text === written || text.startsWith(`${written}.`) || text.startsWith(`${written}[`))
    .sort((one, other) => other.written.length - one.written.length)[0];
  return found === undefined ? undefined : { ...found, rest: afterStep(text, found.written) };
}

function afterStep(text: string, written: string): string {
  return text.slice(written.length).replace(/^\./, "");
}

function unknownPath(path: Path, value: Json, rest: string): Error {
  const keys = isJsonObject(value) ? Object.keys(value) : [];
  const word = /^[^.[]*/.exec(rest)?.[0] ?? rest;
  const meant = nearest(word, keys) ?? nearest(rest, keys);
  const where = path.length === 0 ? "the environment" : `\`${formatPath(path)}\``;
  const choices = keys.length === 0 ? "It has nothing below it." : `It has ${enumerate(keys.slice(0, 12), "and")}.`;
  const fix = meant === undefined ? choices : `Did you mean \`${formatPath([...path, meant])}\`?`;
  return failure("USAGE", `There is no ${quote(word === "" ? rest : word)} in ${where}.`, fix);
}
