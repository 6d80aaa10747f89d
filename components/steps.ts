import type { Delivery } from "../live/delivery.ts";
import { DeletionGuard } from "./deletion-guard.ts";
import type { DeletionLeave } from "./deletion-leave.ts";
import { Gates } from "./gate.ts";
import { Hooks } from "./hook.ts";
import { Ledger } from "./ledger.ts";

/** What orders a delivery, shared by everything that an environment consists of. */
export interface Steps {
  readonly ledger: Ledger;
  readonly gates: Gates;
  readonly hooks: Hooks;
  readonly guard: DeletionGuard;
}

/**
 * One per program: the callbacks behind gates, hooks and deletions are registered here, whether the plan needs them or not.
 * @param wait False: gates are passed without a look, which the next run makes up for.
 */
export function createSteps(delivery: Delivery, leave: DeletionLeave, wait = true): Steps {
  const ledger = new Ledger();
  const gates = new Gates(delivery, ledger, wait);
  return {
    ledger,
    gates,
    hooks: new Hooks(delivery, ledger, gates),
    guard: new DeletionGuard(delivery, ledger, leave),
  };
}
