import type { JsonObject } from "../../../core/manifest/manifest.ts";

/** A pod and what a control finds wrong with it. */
export interface Case {
  /** What the pod is like. */
  readonly title: string;
  readonly spec: JsonObject;
  readonly annotations?: JsonObject;
  /** Minor versions of the standard, or the newest. */
  readonly at?: readonly number[];
  /** `<path>: <message>` each; empty for a pod that passes. */
  readonly found: readonly string[];
}

/** The pod that a control speaks of, with one container "web". */
export function web(container: JsonObject, spec: JsonObject = {}): JsonObject {
  return { containers: [{ name: "web", ...container }], ...spec };
}

/** The same with a security context of the container, and of the pod. */
export function secured(context: JsonObject[string], own?: JsonObject[string], spec: JsonObject = {}): JsonObject {
  return web({ securityContext: context }, { ...(own === undefined ? {} : { securityContext: own }), ...spec });
}

/** Where the security context of the container "web" is. */
export const context = "spec.containers[0].securityContext";

/** A pod with one container of each role, whose names are `init`, `web` and `debug`. */
export function threeRoles(container: JsonObject): JsonObject {
  const named = (name: string): readonly JsonObject[] => [{ name, ...container }];
  return { containers: named("web"), initContainers: named("init"), ephemeralContainers: named("debug") };
}
