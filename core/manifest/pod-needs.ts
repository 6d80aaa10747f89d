import { isJsonObject, isList, record } from "./json.ts";
import type { Json, JsonObject } from "./manifest.ts";
import { podsOf } from "./pods.ts";

/** Something that pods name in their namespace. */
export interface PodNeed {
  /** `Kind name`: a ServiceAccount, ConfigMap, Secret or PersistentVolumeClaim. */
  readonly need: string;
  /** True if pods start without it, perhaps to fail. */
  readonly optional: boolean;
}

/** What the pods of an object name. */
export function podNeeds(object: JsonObject): readonly PodNeed[] {
  return podsOf(object).flatMap(({ spec: pod }) => [
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

function needed(kind: string, name: Json | undefined, optional = false): readonly PodNeed[] {
  return typeof name === "string" && name !== "" ? [{ need: `${kind} ${name}`, optional }] : [];
}

function records(list: Json | undefined): readonly JsonObject[] {
  return isList(list) ? list.filter(isJsonObject) : [];
}
