import type { Control } from "./control.ts";
import { isSet } from "./pod.ts";
import { volumesOf } from "./volumes.ts";

const allowed = [
  ...["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image"],
  ...["persistentVolumeClaim", "projected", "secret"],
];

export const restrictedVolumes = {
  kubernetesId: "restrictedVolumes",
  profile: "restricted",
  overrides: "host-path-volumes",
  versions: [
    {
      since: 0,
      check: (pod) =>
        volumesOf(pod)
          .filter(({ spec }) => !allowed.some((source) => isSet(spec[source])))
          .map(({ label, spec, path }) => {
            const sources = Object.keys(spec)
              .filter((key) => key !== "name" && isSet(spec[key]))
              .sort();
            // A cluster makes an emptyDir of it, but the standard has no say about what is not written.
            if (sources.length === 0) return { message: `${label} does not say what it is`, path };
            return {
              message: `${label} is of the type ${sources.join(", ")}`,
              path: sources.length === 1 ? [...path, ...sources] : path,
            };
          }),
    },
  ],
} as const satisfies Control;
