import type { Check, Control } from "./control.ts";
import { exceptOnWindows, isSet } from "./pod.ts";
import { forbiddenProfiles } from "./seccomp-profiles.ts";

const check: Check = (pod) => [
  ...forbiddenProfiles(pod),
  // A forbidden profile of the pod is a violation of its own, and enough of one.
  ...(isSet(pod.own.context["seccompProfile"]) ? [] : pod.containers)
    .filter(({ context }) => !isSet(context["seccompProfile"]))
    .map(({ label, contextPath }) => ({
      message: `neither ${label} nor the pod has a seccomp profile`,
      path: [...contextPath, "seccompProfile"],
    })),
];

export const seccompProfileRestricted = {
  kubernetesId: "seccompProfile_restricted",
  profile: "restricted",
  overrides: "seccomp-profile-baseline",
  versions: [
    { since: 19, check },
    { since: 25, check: exceptOnWindows(check) },
  ],
} as const satisfies Control;
