import { isList, record } from "../../core/manifest/json.ts";
import type { Control } from "./control.ts";
import { isSet, shown } from "./pod.ts";

export const hostPorts = {
  kubernetesId: "hostPorts",
  profile: "baseline",
  versions: [
    {
      since: 0,
      check: ({ containers }) =>
        containers.flatMap(({ label, spec, path }) => {
          const { ports } = spec;
          return (isList(ports) ? ports : []).flatMap((port, index) => {
            const { hostPort } = record(port);
            if (!isSet(hostPort) || hostPort === 0) return [];
            const message = `${label} takes the port ${shown(hostPort)} of the host`;
            return [{ message, path: [...path, "ports", index, "hostPort"] }];
          });
        }),
    },
  ],
} as const satisfies Control;
