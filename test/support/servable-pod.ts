import { isList, record } from "../../core/manifest/json.ts";
import type { Json, JsonObject } from "../../core/manifest/manifest.ts";
import type { MadePod } from "./pod-specs.ts";

/** The pod without most of what every API server refuses, whatever the profile of the namespace. */
export function servable({ annotations, spec }: MadePod): MadePod {
  const windows = record(spec["os"])["name"] === "windows";
  const rest = without(windows ? forWindows(spec) : spec, "ephemeralContainers");
  const holds = (text: string) => JSON.stringify(rest).includes(text);
  const ownUsers = holds('"Unmasked"');
  return {
    annotations: Object.fromEntries(
      Object.entries(annotations).filter(
        ([key]) => !key.includes("seccomp") && !holds('"appArmorProfile"') && !windows,
      ),
    ),
    spec: {
      ...rest,
      initContainers: itemsOf(rest["initContainers"]).map((each) => ({ ...each, restartPolicy: "Always" })),
      ...(ownUsers ? { hostUsers: false, hostNetwork: false, hostPID: false, hostIPC: false } : {}),
      ...(!ownUsers && holds('"hostProcess":true')
        ? {
            hostNetwork: true,
            securityContext: { ...record(rest["securityContext"]), windowsOptions: { hostProcess: true } },
          }
        : {}),
    },
  };
}

function forWindows(spec: JsonObject): JsonObject {
  const context = (holder: JsonObject): JsonObject => {
    const { windowsOptions = {}, runAsNonRoot = null } = record(holder["securityContext"]);
    return { ...holder, securityContext: { windowsOptions, runAsNonRoot } };
  };
  return {
    ...without(context(spec), "hostUsers"),
    containers: itemsOf(spec["containers"]).map(context),
    initContainers: itemsOf(spec["initContainers"]).map(context),
  };
}

function without(object: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([each]) => each !== key));
}

function itemsOf(value: Json | undefined): readonly JsonObject[] {
  return isList(value) ? value.map(record) : [];
}
