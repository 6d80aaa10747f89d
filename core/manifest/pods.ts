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

/** Something that pods name in their namespace. */
export interface PodNeed {
  /** `Kind name`: a ServiceAccount, ConfigMap, Secret or PersistentVolumeClaim. */
  readonly need: string;
  /** True if pods start without it, perhaps to fail. */
  readonly optional: boolean;
}

/** What the pods of an object name. */
export function podNeeds(object: JsonObject): readonly PodNeed[] {
  return podSpecs(object).flatMap((pod) => [
    ...needed("ServiceAccount", pod["serviceAccountName"]),
    ...records(pod["imagePullSecrets"]).flatMap(({ name }) => needed("Secret", name, true)),
    ...records(pod["volumes"]).flatMap(volumeNeeds),
    ...[...records(pod["initContainers"]), ...records(pod["containers"])].flatMap(containerNeeds),
  ]);
}

function volumeNeeds(volume: JsonObject): readonly PodNeed[] {
  return [
    ...configMap(volume["configMap"]),
    ...secret(volume["secret"], "secretName"),
    ...needed("PersistentVolumeClaim", record(volume["persistentVolumeClaim"])["claimName"]),
    ...records(record(volume["projected"])["sources"]).flatMap((source) => [
      ...configMap(source["configMap"]),
      ...secret(source["secret"]),
    ]),
  ];
}

function containerNeeds(container: JsonObject): readonly PodNeed[] {
  return [
    ...records(container["envFrom"]).flatMap((source) => [
      ...configMap(source["configMapRef"]),
      ...secret(source["secretRef"]),
    ]),
    ...records(container["env"]).flatMap((variable) => {
      const source = record(variable["valueFrom"]);
      return [...configMap(source["configMapKeyRef"]), ...secret(source["secretKeyRef"])];
    }),
  ];
}

function configMap(source: Json | undefined): readonly PodNeed[] {
  return needed("ConfigMap", record(source)["name"], record(source)["optional"] === true);
}

function secret(source: Json | undefined, field = "name"): readonly PodNeed[] {
  return needed("Secret", record(source)[field], record(source)["optional"] === true);
}

function templatedBy(holder: JsonObject): JsonObject {
  return record(record(holder["template"])["spec"]);
}

function needed(kind: string, name: Json | undefined, optional = false): readonly PodNeed[] {
  return typeof name === "string" && name !== "" ? [{ need: `${kind} ${name}`, optional }] : [];
}

function records(list: Json | undefined): readonly JsonObject[] {
  return isList(list) ? list.filter(isJsonObject) : [];
}
