import type { Delivery } from "../live/delivery.ts";
import { DeletionGuard } from "./deletion-guard.ts";
import type { DeletionLeave } from "./deletion-leave.ts";
import { Gates } from "./gate.ts";
import { Hooks } from "./hook.ts";
import { Ledger } from "./ledger.ts";
import { PartGuard } from "./part-guard.ts";
import { StillGuard } from "./still.ts";

/** What orders a delivery, shared by everything that an environment consists of. */
export interface Steps {
  readonly ledger: Ledger;
  readonly gates: Gates;
  readonly hooks: Hooks;
  readonly guard: DeletionGuard;
  readonly parts: PartGuard;
  readonly still: StillGuard;
}

/** What a run does not do of what its plan would have it do. */
export interface StepOptions {
  /** False: gates are passed without a look, which the next run makes up for. Default: true. */
  readonly wait?: boolean | undefined;
  /** Names of the planned applications of each tenant. */
  readonly members: ReadonlyMap<string, readonly string[]>;
}

/** One per program: the callbacks behind gates, hooks and deletions are registered here, whether the plan needs them or not. */
export function createSteps(delivery: Delivery, leave: DeletionLeave, { wait = true, members }: StepOptions): Steps {
  const ledger = new Ledger();
  const gates = new Gates(delivery, ledger, wait);
  return {
    ledger,
    gates,
    hooks: new Hooks(delivery, ledger, gates),
    guard: new DeletionGuard(delivery, ledger, leave),
    parts: new PartGuard(ledger, leave),
    still: new StillGuard(ledger, members),
  };
}
