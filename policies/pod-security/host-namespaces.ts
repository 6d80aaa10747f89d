import type { Control } from "./control.ts";
import { isOn, shown } from "./pod.ts";

export const hostNamespaces = {
  kubernetesId: "hostNamespaces",
  profile: "baseline",
  versions: [
    {
      since: 0,
      check: ({ spec, path }) =>
        ["hostNetwork", "hostPID", "hostIPC"]
          .filter((field) => isOn(spec[field]))
          .map((field) => ({ message: `${field} is ${shown(spec[field])}`, path: [...path, field] })),
    },
  ],
} as const satisfies Control;
