import type { Check, Control } from "./control.ts";
import { exceptWithOwnUsers, isSet, shown } from "./pod.ts";

/** Containers whose /proc is not masked as usual. */
export const unmaskedProc: Check = ({ containers }) =>
  containers
    .filter(({ context }) => isSet(context["procMount"]) && context["procMount"] !== "Default")
    .map(({ label, context, contextPath }) => ({
      message: `${label} sets procMount to ${shown(context["procMount"])}`,
      path: [...contextPath, "procMount"],
    }));

export const procMount = {
  kubernetesId: "procMount",
  profile: "baseline",
  versions: [
    { since: 0, check: unmaskedProc },
    { since: 35, check: exceptWithOwnUsers(unmaskedProc) },
  ],
} as const satisfies Control;
