import { parseUrn } from "./identity.ts";

/*
 * Names of what orders a delivery in the state: gates and hooks, each a `pulumi:index:Stash`. Renaming one makes every
 * application wait, and its hooks run, once more.
 */

/** Pulumi type of gates and hooks. */
export const stepType = "pulumi:index:Stash";

/**
 * Where a gate stands: before an owner's first object, behind those of a wave, behind all of an add-on on one cluster, behind
 * all add-ons of a cluster, behind a step of a rollout, or behind everything.
 */
export type GatePoint = "start" | "lane" | "addons" | "step" | "ready" | number;

/** Names of the callbacks of our program that the engine makes; the state refers to them: a new name is never looked up. */
export const resourceHooks = {
  /** Before a gate is made or changes: waits until what it guards is healthy. */
  gate: "driftless:gate",
  /** Before a gate goes: waits until what came after it is gone. */
  gateDeletion: "driftless:gate-deletion",
  /** Before a hook is made or changes: runs it. */
  hook: "driftless:hook",
  /** Before a hook goes: runs it if that is its time, and removes what it left. */
  hookDeletion: "driftless:hook-deletion",
  /** Before an object goes: refuses where its owner is not well. */
  objectDeletion: "driftless:object-deletion",
  /** After an object went that is made anew: waits until it is gone. */
  objectDeleted: "driftless:object-deleted",
  /** Before a part of a cluster at AWS goes: refuses where nobody has confirmed it. */
  partDeletion: "driftless:part-deletion",
  /** Before an object is made or changes whose tenant does not act: refuses. */
  still: "driftless:still",
  /** Before the provider of a tenant goes: refuses where something may still refer to it. */
  providerDeletion: "driftless:provider-deletion",
} as const;

/** A gate or a hook, as its name tells it. */
export type DeliveryStep =
  | {
      readonly kind: "gate";
      /** `application/<name>`, `tenant/<name>` or `cluster/<name>`. */
      readonly owner: string;
      readonly point: GatePoint;
    }
  | {
      readonly kind: "hook";
      /** `application/<name>`. */
      readonly owner: string;
      /** Such as `pre-deploy`. */
      readonly phase: string;
      /** Name of its object as that of a resource: `<cluster>/<namespace or _>/<Kind.group>/<name>`. */
      readonly resourceName: string;
    };

/** What the gates of an add-on on one cluster are named after, and the name of the last of them: `application/ingress/on/eu`. */
export function laneOwner(owner: string, cluster: string): string {
  return `${owner}/on/${cluster}`;
}

/** What gates of a step of a rollout are named after, and the name of the one behind it: `application/web/step/1`. */
export function stepOwner(owner: string, step: number): string {
  return `${owner}/step/${step}`;
}

/**
 * Name of a gate: `application/web/start`, `application/web/wave/0`, `application/web/ready`, `cluster/eu/addons`.
 * @param owner Of a gate inside a step of a rollout: that of `stepOwner`.
 */
export function gateName(owner: string, point: Exclude<GatePoint, "lane" | "step">): string {
  return typeof point === "number" ? `${owner}/wave/${point}` : `${owner}/${point}`;
}

/** Name of the gate between the halves of a wave, before what answers for other objects: `application/web/wave/0/servers`. */
export function serversGateName(owner: string, wave: number): string {
  return `${gateName(owner, wave)}/servers`;
}

/** Name of what stands behind all hooks of a phase and wave: `application/web/hooks/pre-deploy/0`. It waits for nothing. */
export function hooksBarrierName(owner: string, phase: string, wave: number): string {
  return `${owner}/hooks/${phase}/${wave}`;
}

/** Name of a hook: `application/web/hook/pre-deploy/eu/shop/Job.batch/migrate`. */
export function hookName(application: string, phase: string, resourceName: string): string {
  return `application/${application}/hook/${phase}/${resourceName}`;
}

/** The owner of a gate, a hook or a barrier, such as `application/web`; undefined for a name that is none of them. */
export function ownerOfStep(name: string): string | undefined {
  return /^(?:(?:application|tenant)\/[^/]+(?=\/)|cluster\/[^/]+(?=\/addons$))/.exec(name)?.[0];
}

/** The gate or hook that a name spells, or undefined if it is none. */
export function parseStepName(name: string): DeliveryStep | undefined {
  const addons = /^(cluster\/[^/]+)\/addons$/.exec(name)?.[1];
  if (addons !== undefined) return { kind: "gate", owner: addons, point: "addons" };
  const parts = /^(?<owner>(?:application|tenant)\/[^/]+)\/(?<rest>.+)$/.exec(name)?.groups;
  const { owner, rest } = parts ?? {};
  if (owner === undefined || rest === undefined) return undefined;
  if (rest === "start" || rest === "ready") return { kind: "gate", owner, point: rest };
  const lane = /^on\/[^/]+(?:\/(?<point>.+))?$/.exec(rest);
  if (lane !== null) {
    const point = lane.groups?.["point"];
    return point === undefined ? { kind: "gate", owner, point: "lane" } : parseStepName(`${owner}/${point}`);
  }
  if (/^step\/\d+$/.test(rest)) return { kind: "gate", owner, point: "step" };
  const wave = /^(?:step\/\d+\/)?wave\/(-?\d+)(?:\/servers)?$/.exec(rest)?.[1];
  if (wave !== undefined) return { kind: "gate", owner, point: Number(wave) };
  const [, phase, resourceName] = /^hook\/([^/]+)\/(.+)$/.exec(rest) ?? [];
  return phase === undefined || resourceName === undefined ? undefined : { kind: "hook", owner, phase, resourceName };
}

/** The gate or hook that a URN stands for, or undefined if it stands for something else. */
export function stepOfUrn(urn: string): DeliveryStep | undefined {
  const parsed = parseUrn(urn);
  return parsed?.type === stepType ? parseStepName(parsed.name) : undefined;
}
