import type { Control } from "./control.ts";
import { isOn, shown } from "./pod.ts";

export const privileged = {
  kubernetesId: "privileged",
  profile: "baseline",
  versions: [
    {
      since: 0,
      check: ({ containers }) =>
        containers
          .filter(({ context }) => isOn(context["privileged"]))
          .map(({ label, context, contextPath }) => ({
            message: `${label} sets privileged to ${shown(context["privileged"])}`,
            path: [...contextPath, "privileged"],
          })),
    },
  ],
} as const satisfies Control;
