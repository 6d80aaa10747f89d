import type { Resource } from "@pulumi/pulumi";
import { digestOf } from "../core/plan/digest.ts";
import type { ApplicationPlan } from "../core/plan/plan.ts";
import { stagesOf } from "../core/plan/stages.ts";
import { gateName } from "../core/plan/step-name.ts";
import type { Application } from "./application.ts";
import type { Steps } from "./steps.ts";

/** The add-ons of a cluster, and all that waits for them. */
export interface AddonsArgs {
  readonly addons: readonly { readonly plan: ApplicationPlan; readonly component: Application }[];
  /** Applications that run there and are none. */
  readonly others: readonly ApplicationPlan[];
  readonly steps: Steps;
  readonly parent: Resource;
}

/**
 * Creates the one gate behind all add-ons of a cluster, so that there are as many dependencies as there are add-ons and
 * applications. It is passed anew whenever anything that runs there changes: then the add-ons must be well.
 */
export function createAddonsGate(cluster: string, { addons, others, steps, parent }: AddonsArgs): Resource {
  const owner = `cluster/${cluster}`;
  const here = ({ objects }: ApplicationPlan) => objects.filter((each) => each.cluster === cluster);
  const gate = {
    title: `the add-ons of cluster ${cluster}`,
    digest: digestOf(
      [...addons.map(({ plan }) => plan), ...others].map(({ name, digest }) => `${name} ${digest}`).join("\n"),
    ),
    guarded: addons.flatMap(({ plan }) => here(plan)),
    foreign: true,
    next: others.flatMap((plan) => stagesOf(here(plan))[0]?.objects ?? []),
    dependants: others.map(({ name }) => `application/${name}`),
    timeoutSeconds: Math.max(...addons.map(({ plan }) => plan.timeoutSeconds)),
  };
  const dependsOn = addons.flatMap(({ component }) => component.on.get(cluster) ?? []);
  const passed = steps.gates.create(gateName(owner, "addons"), gate, { parent, dependsOn });
  steps.ledger.addOwner(owner, passed);
  return passed;
}
