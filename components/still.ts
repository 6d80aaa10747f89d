import { ResourceHook, type ResourceHookBinding } from "@pulumi/pulumi";
import { DriftlessError } from "../core/errors/error.ts";
import { errorFinding } from "../core/errors/finding.ts";
import { parseTenantProvider } from "../core/plan/acting.ts";
import { resourceHooks } from "../core/plan/step-name.ts";
import { objectTitle } from "../core/plan/titles.ts";
import type { Ledger } from "./ledger.ts";

/**
 * Keeps objects as they are whose tenants do not act in this run. They are registered with the environment's provider,
 * which must never apply them: whatever the engine finds to change in one of them is refused before it is sent.
 */
export class StillGuard {
  readonly #ledger: Ledger;
  readonly #members: ReadonlyMap<string, readonly string[]>;
  readonly #refusal = new ResourceHook(resourceHooks.still, ({ name }) => {
    throw notPreviewed(name);
  });
  readonly #provider = new ResourceHook(resourceHooks.providerDeletion, ({ name }) => this.#keepProvider(name));

  /** @param members Names of the planned applications of each tenant. */
  constructor(ledger: Ledger, members: ReadonlyMap<string, readonly string[]>) {
    this.#ledger = ledger;
    this.#members = members;
  }

  /** Of each object that must not change. Its deletion is refused where all others are: see `DeletionGuard`. */
  get ofObjects(): ResourceHookBinding {
    return { beforeCreate: [this.#refusal], beforeUpdate: [this.#refusal] };
  }

  /** Of the provider of a tenant. What was skipped in this run still refers to it in the state. */
  get ofProviders(): ResourceHookBinding {
    return { beforeDelete: [this.#provider] };
  }

  #keepProvider(name: string): Promise<void> {
    const { tenant = "", cluster = "" } = parseTenantProvider(name) ?? {};
    const owners = (this.#members.get(tenant) ?? []).map((application) => `application/${application}`);
    return this.#ledger.refuseUnlessUp(`The way of tenant ${tenant} to the cluster ${cluster}`, owners);
  }
}

/** PLAN_STALE for an object that the preview of this run left as it was. */
export function notPreviewed(resourceName: string): DriftlessError {
  const message = `${objectTitle(resourceName)} would change, which the preview of this run did not find; its tenant does not act in it.`;
  return new DriftlessError([errorFinding("PLAN_STALE", message, "Run it again.")]);
}
