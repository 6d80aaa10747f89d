import { record } from "../../core/manifest/json.ts";
import type { Control } from "./control.ts";
import { isOn, shown } from "./pod.ts";

export const windowsHostProcess = {
  kubernetesId: "windowsHostProcess",
  profile: "baseline",
  versions: [
    {
      since: 0,
      check: ({ holders }) =>
        holders.flatMap(({ label, context, contextPath }) => {
          const { hostProcess } = record(context["windowsOptions"]);
          if (!isOn(hostProcess)) return [];
          const message = `${label} sets hostProcess to ${shown(hostProcess)}`;
          return [{ message, path: [...contextPath, "windowsOptions", "hostProcess"] }];
        }),
    },
  ],
} as const satisfies Control;
