import { isList, record } from "../core/manifest/json.ts";
import { kindGroup, type KubernetesObject } from "../core/manifest/manifest.ts";
import type { ApiServer } from "./api-server.ts";
import { Backoff } from "./backoff.ts";
import { objectsOf } from "./json.ts";

/** Longest time between "established" and served. An API server needs well under a second, unless it is overloaded. */
const limitMs = 10_000;

/**
 * Waits until a cluster serves the kinds of its CustomResourceDefinitions among some objects: it calls a definition
 * established a moment before it does, and whoever asks in between is told that there is no such kind. Ends after 10 s
 * at the latest, or with the signal; whoever needs the kind then hears that it is missing.
 */
export async function untilServed(
  server: ApiServer,
  objects: readonly KubernetesObject[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const kinds = objects.flatMap(kindsDefinedBy);
  if (kinds.length === 0) return;
  const limit = AbortSignal.timeout(limitMs);
  const until = signal === undefined ? limit : AbortSignal.any([signal, limit]);
  await Promise.all(
    kinds.map(async ({ apiVersion, kind }) => {
      const backoff = new Backoff(until);
      while (!until.aborted && !(await server.serves(apiVersion, kind))) await backoff.pause();
    }),
  );
}

function kindsDefinedBy(object: KubernetesObject): readonly { readonly apiVersion: string; readonly kind: string }[] {
  if (kindGroup(object) !== "CustomResourceDefinition.apiextensions.k8s.io") return [];
  const { group, names, versions } = record(object["spec"]);
  const { kind } = record(names);
  if (typeof group !== "string" || typeof kind !== "string" || !isList(versions)) return [];
  return objectsOf(versions).flatMap(({ name, served }) =>
    typeof name === "string" && served === true ? [{ apiVersion: `${group}/${name}`, kind }] : [],
  );
}
