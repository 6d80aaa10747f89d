import { failure } from "../../core/errors/error.ts";
import type { Forge, ForgeAddress } from "./forge.ts";

/** A repository without a forge that we know: what is offered for review is a branch, and people do the rest. */
export function plain(address: ForgeAddress): Forge {
  const none = (): never => {
    throw failure("FORGE_REFUSED", `${address.display} has no pull requests.`, "Look at the branch itself.");
  };
  return {
    address,
    find: () => Promise.resolve([]),
    create: () => Promise.resolve(undefined),
    update: none,
    close: none,
    comment: none,
    approvals: none,
    label: none,
  };
}
