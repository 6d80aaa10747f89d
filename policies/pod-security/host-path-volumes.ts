import { record } from "../../core/manifest/json.ts";
import type { Control } from "./control.ts";
import { isSet, shown } from "./pod.ts";
import { volumesOf } from "./volumes.ts";

export const hostPathVolumes = {
  kubernetesId: "hostPathVolumes",
  profile: "baseline",
  versions: [
    {
      since: 0,
      check: (pod) =>
        volumesOf(pod)
          .filter(({ spec }) => isSet(spec["hostPath"]))
          .map(({ label, spec, path }) => {
            const folder = record(spec["hostPath"])["path"];
            return {
              message: `${label} is ${isSet(folder) ? `the folder ${shown(folder)}` : "a folder"} of the host`,
              path: [...path, "hostPath"],
            };
          }),
    },
  ],
} as const satisfies Control;
