import type { Control } from "./control.ts";
import { unmaskedProc } from "./proc-mount.ts";

/** Since `proc-mount` lets pods with users of their own pass, this one does not. */
export const procMountRestricted = {
  kubernetesId: "procMount_restricted",
  profile: "restricted",
  overrides: "proc-mount",
  versions: [{ since: 35, check: unmaskedProc }],
} as const satisfies Control;
