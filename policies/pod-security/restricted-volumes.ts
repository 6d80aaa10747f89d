import type { Control } from "./control.ts";
import { isSet } from "./pod.ts";
import { volumesOf } from "./volumes.ts";

const allowed = new Set([
  ...["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image"],
  ...["persistentVolumeClaim", "projected", "secret"],
]);

export const restrictedVolumes = {
  kubernetesId: "restrictedVolumes",
  profile: "restricted",
  overrides: "host-path-volumes",
  versions: [
    {
      since: 0,
      check: (pod) =>
        volumesOf(pod).flatMap(({ label, spec, path }) => {
          const sources = Object.keys(spec)
            .filter((key) => key !== "name" && isSet(spec[key]))
            .sort();
          // A volume that does not say what it is is an emptyDir.
          if (sources.length === 0 || sources.some((source) => allowed.has(source))) return [];
          const message = `${label} is of the type ${sources.join(", ")}`;
          return [{ message, path: sources.length === 1 ? [...path, ...sources] : path }];
        }),
    },
  ],
} as const satisfies Control;
