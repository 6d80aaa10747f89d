import { isJsonObject, isList, record } from "./json.ts";
import type { Json, JsonObject } from "./manifest.ts";

/**
 * Specs of the pods that an object may make, whatever its kind: a pod's own, and those of the templates where the
 * built-in workloads hold theirs, custom kinds included. Empty records where it makes none.
 */
export function podSpecs(object: JsonObject): readonly JsonObject[] {
  const spec = record(object["spec"]);
  if (object["kind"] === "Pod") return [spec];
  if (object["kind"] === "PodTemplate") return [templatedBy(object)];
  return [templatedBy(spec), templatedBy(record(record(spec["jobTemplate"])["spec"]))];
}

/**
 * What the pods of an object cannot start without, as `Kind name` in their namespace: ServiceAccounts, ConfigMaps and
 * Secrets. Not volume claims: some are only bound once a pod waits for them.
 */
export function podNeeds(object: JsonObject): readonly string[] {
  return podSpecs(object).flatMap((pod) => [
    ...named("ServiceAccount", pod["serviceAccountName"]),
    ...records(pod["imagePullSecrets"]).flatMap(({ name }) => named("Secret", name)),
    ...records(pod["volumes"]).flatMap(volumeNeeds),
    ...[...records(pod["initContainers"]), ...records(pod["containers"])].flatMap(containerNeeds),
  ]);
}

function volumeNeeds(volume: JsonObject): readonly string[] {
  return [
    ...named("ConfigMap", record(volume["configMap"])["name"]),
    ...named("Secret", record(volume["secret"])["secretName"]),
    ...records(record(volume["projected"])["sources"]).flatMap((source) => [
      ...named("ConfigMap", record(source["configMap"])["name"]),
      ...named("Secret", record(source["secret"])["name"]),
    ]),
  ];
}

function containerNeeds(container: JsonObject): readonly string[] {
  return [
    ...records(container["envFrom"]).flatMap((source) => [
      ...named("ConfigMap", record(source["configMapRef"])["name"]),
      ...named("Secret", record(source["secretRef"])["name"]),
    ]),
    ...records(container["env"]).flatMap((variable) => {
      const source = record(variable["valueFrom"]);
      return [
        ...named("ConfigMap", record(source["configMapKeyRef"])["name"]),
        ...named("Secret", record(source["secretKeyRef"])["name"]),
      ];
    }),
  ];
}

function templatedBy(holder: JsonObject): JsonObject {
  return record(record(holder["template"])["spec"]);
}

function named(kind: string, name: Json | undefined): readonly string[] {
  return typeof name === "string" && name !== "" ? [`${kind} ${name}`] : [];
}

function records(list: Json | undefined): readonly JsonObject[] {
  return isList(list) ? list.filter(isJsonObject) : [];
}
