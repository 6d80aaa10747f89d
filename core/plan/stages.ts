import { kindGroup, type KubernetesObject } from "../manifest/manifest.ts";
import type { Lane } from "./lanes.ts";
import type { ApplicationPlan, EnvironmentPlan, PlannedHook, PlannedObject } from "./plan.ts";
import { stepsOf } from "./steps.ts";

/** Objects of an application that are created side by side, once all before them are healthy. */
export interface Stage {
  readonly wave: number;
  /** True for the second half of a wave: what answers for other objects as soon as it exists. */
  readonly gatekeepers: boolean;
  readonly objects: readonly PlannedObject[];
}

/** Kinds that answer for other objects as soon as they exist, and so must not exist before what stands behind them works. */
const gatekeepers: ReadonlySet<string> = new Set([
  "APIService.apiregistration.k8s.io",
  "MutatingWebhookConfiguration.admissionregistration.k8s.io",
  "ValidatingWebhookConfiguration.admissionregistration.k8s.io",
]);

/** The stages of an application: its waves in order, each split where it holds gatekeepers beside other objects. */
export function stagesOf(objects: readonly PlannedObject[]): readonly Stage[] {
  return byWave(objects).flatMap(([wave, members]) => {
    const ordinary = members.filter(({ object }) => !isGatekeeper(object));
    const last = members.filter(({ object }) => isGatekeeper(object));
    return [
      ...(ordinary.length > 0 ? [{ wave, gatekeepers: false, objects: ordinary }] : []),
      ...(last.length > 0 ? [{ wave, gatekeepers: true, objects: last }] : []),
    ];
  });
}

/** Members by wave, smallest first. */
export function byWave<Member extends { readonly wave: number }>(
  members: readonly Member[],
): readonly (readonly [wave: number, members: readonly Member[]])[] {
  return [...Map.groupBy(members, ({ wave }) => wave)].sort(([left], [right]) => left - right);
}

/** Hooks of an application that run in one phase. */
export function hooksOf(plan: Pick<ApplicationPlan, "hooks">, phase: PlannedHook["phase"]): readonly PlannedHook[] {
  return plan.hooks.filter((hook) => hook.phase === phase);
}

/** How many gates and hooks of a plan may wait at once: as many steps of the engine do nothing else meanwhile. */
export function waitingSteps(plan: EnvironmentPlan): number {
  const gates = ({ objects }: Lane): number => stagesOf(objects).length + 2;
  const counts = plan.applications.map((each) => [...stepsOf(each).map(gates), each.hooks.length].reduce(plus, 0));
  const addons = plan.applications.some(({ addon }) => addon === true);
  return counts.reduce(plus, addons ? plan.clusters.length : 0);
}

function plus(left: number, right: number): number {
  return left + right;
}

function isGatekeeper(object: KubernetesObject): boolean {
  return gatekeepers.has(kindGroup(object));
}
