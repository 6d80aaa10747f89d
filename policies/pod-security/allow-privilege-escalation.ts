import type { Check, Control } from "./control.ts";
import { exceptOnWindows, isSet, shown } from "./pod.ts";

const check: Check = ({ containers }) =>
  containers
    .filter(({ context }) => context["allowPrivilegeEscalation"] !== false)
    .map(({ label, context, contextPath }) => {
      const value = context["allowPrivilegeEscalation"];
      return {
        message: isSet(value)
          ? `${label} sets allowPrivilegeEscalation to ${shown(value)}`
          : `${label} does not set allowPrivilegeEscalation to false`,
        path: [...contextPath, "allowPrivilegeEscalation"],
      };
    });

export const allowPrivilegeEscalation = {
  kubernetesId: "allowPrivilegeEscalation",
  profile: "restricted",
  versions: [
    { since: 8, check },
    { since: 25, check: exceptOnWindows(check) },
  ],
} as const satisfies Control;
