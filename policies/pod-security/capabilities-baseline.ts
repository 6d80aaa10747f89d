import { addedCapabilities } from "./added-capabilities.ts";
import type { Control } from "./control.ts";

/** What container runtimes give by default, without NET_RAW. */
const allowed = new Set([
  ...["AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE"],
  ...["SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"],
]);

export const capabilitiesBaseline = {
  kubernetesId: "capabilities_baseline",
  profile: "baseline",
  versions: [{ since: 0, check: (pod) => addedCapabilities(pod, allowed) }],
} as const satisfies Control;
