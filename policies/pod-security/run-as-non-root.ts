import type { Check, Control } from "./control.ts";
import { exceptWithOwnUsers, isSet, shown } from "./pod.ts";

const check: Check = ({ own, holders, containers }) => [
  ...holders
    .filter(({ context }) => isSet(context["runAsNonRoot"]) && context["runAsNonRoot"] !== true)
    .map(({ label, context, contextPath }) => ({
      message: `${label} sets runAsNonRoot to ${shown(context["runAsNonRoot"])}`,
      path: [...contextPath, "runAsNonRoot"],
    })),
  // A pod that says no is a violation of its own, and enough of one.
  ...(isSet(own.context["runAsNonRoot"]) ? [] : containers)
    .filter(({ context }) => !isSet(context["runAsNonRoot"]))
    .map(({ label, contextPath }) => ({
      message: `neither ${label} nor the pod sets runAsNonRoot to true`,
      path: [...contextPath, "runAsNonRoot"],
    })),
];

export const runAsNonRoot = {
  kubernetesId: "runAsNonRoot",
  profile: "restricted",
  versions: [
    { since: 0, check },
    { since: 35, check: exceptWithOwnUsers(check) },
  ],
} as const satisfies Control;
