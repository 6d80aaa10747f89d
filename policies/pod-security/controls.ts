import { allowPrivilegeEscalation } from "./allow-privilege-escalation.ts";
import { appArmorProfile } from "./app-armor-profile.ts";
import { capabilitiesBaseline } from "./capabilities-baseline.ts";
import { capabilitiesRestricted } from "./capabilities-restricted.ts";
import type { Check, Control } from "./control.ts";
import { hostNamespaces } from "./host-namespaces.ts";
import { hostPathVolumes } from "./host-path-volumes.ts";
import { hostPorts } from "./host-ports.ts";
import { hostProbesAndHostLifecycle } from "./host-probes-and-host-lifecycle.ts";
import { privileged } from "./privileged.ts";
import { procMountRestricted } from "./proc-mount-restricted.ts";
import { procMount } from "./proc-mount.ts";
import { restrictedVolumes } from "./restricted-volumes.ts";
import { runAsNonRoot } from "./run-as-non-root.ts";
import { runAsUser } from "./run-as-user.ts";
import { seLinuxOptions } from "./se-linux-options.ts";
import { seccompProfileBaseline } from "./seccomp-profile-baseline.ts";
import { seccompProfileRestricted } from "./seccomp-profile-restricted.ts";
import { sysctls } from "./sysctls.ts";
import { windowsHostProcess } from "./windows-host-process.ts";

/** Every control of the Pod Security Standards, by the name that violations and exceptions use. */
export const controls = {
  "app-armor-profile": appArmorProfile,
  "capabilities-baseline": capabilitiesBaseline,
  "host-namespaces": hostNamespaces,
  "host-path-volumes": hostPathVolumes,
  "host-ports": hostPorts,
  "host-probes-and-host-lifecycle": hostProbesAndHostLifecycle,
  privileged,
  "proc-mount": procMount,
  "se-linux-options": seLinuxOptions,
  "seccomp-profile-baseline": seccompProfileBaseline,
  sysctls,
  "windows-host-process": windowsHostProcess,
  "allow-privilege-escalation": allowPrivilegeEscalation,
  "capabilities-restricted": capabilitiesRestricted,
  "proc-mount-restricted": procMountRestricted,
  "restricted-volumes": restrictedVolumes,
  "run-as-non-root": runAsNonRoot,
  "run-as-user": runAsUser,
  "seccomp-profile-restricted": seccompProfileRestricted,
} as const satisfies Readonly<Record<string, Control>>;

/** Name of a control. */
export type ControlName = keyof typeof controls;

/** A control as it is at one version. */
export interface ActiveControl {
  readonly name: string;
  readonly check: Check;
}

/** The controls of a profile in the standard of Kubernetes 1.`minor`. */
export function controlsOf(profile: "baseline" | "restricted", minor: number): readonly ActiveControl[] {
  const key = `${profile}:${minor}`;
  const active = known.get(key) ?? select(profile, minor);
  known.set(key, active);
  return active;
}

const known = new Map<string, readonly ActiveControl[]>();

function select(profile: "baseline" | "restricted", minor: number): readonly ActiveControl[] {
  const all: readonly (readonly [string, Control])[] = Object.entries(controls);
  const active = all.flatMap(([name, control]) => {
    const version = control.versions.findLast(({ since }) => since <= minor);
    if (version === undefined || (profile === "baseline" && control.profile === "restricted")) return [];
    return [{ name, check: version.check, overrides: control.overrides }];
  });
  const overridden = new Set(active.map(({ overrides }) => overrides));
  return active.filter(({ name }) => !overridden.has(name));
}
