import { ResourceHook, type ResourceHookBinding } from "@pulumi/pulumi";
import { cloudOfUrn } from "../core/plan/cloud.ts";
import { resourceHooks } from "../core/plan/step-name.ts";
import type { DeletionLeave } from "./deletion-leave.ts";
import type { Ledger } from "./ledger.ts";

/** Stands before every deletion of a part of a cluster at AWS, whichever program created it. */
export class PartGuard {
  readonly #hook: ResourceHook;

  constructor(ledger: Ledger, leave: DeletionLeave) {
    this.#hook = new ResourceHook(resourceHooks.partDeletion, ({ urn }) => {
      const part = cloudOfUrn(urn);
      if (part !== undefined && !ledger.destroying) leave.checkPart(part);
    });
  }

  /** What makes the engine ask before it deletes a part. */
  get ofParts(): ResourceHookBinding {
    return { beforeDelete: [this.#hook] };
  }
}
