import { record } from "../../core/manifest/json.ts";
import type { Control } from "./control.ts";
import { shown, textOf } from "./pod.ts";

const handlers = [
  ["livenessProbe"],
  ["readinessProbe"],
  ["startupProbe"],
  ["lifecycle", "postStart"],
  ["lifecycle", "preStop"],
];

export const hostProbesAndHostLifecycle = {
  kubernetesId: "hostProbesAndHostLifecycle",
  profile: "baseline",
  versions: [
    {
      since: 34,
      check: ({ containers }) =>
        containers.flatMap(({ label, spec, path }) =>
          handlers.flatMap((steps) => {
            const handler = steps.reduce((value, step) => record(value[step]), spec);
            return ["httpGet", "tcpSocket"].flatMap((action) => {
              const { host } = record(handler[action]);
              if (textOf(host) === "") return [];
              const message = `${label} sends its ${steps.join(".")} to the host ${shown(host)}`;
              return [{ message, path: [...path, ...steps, action, "host"] }];
            });
          }),
        ),
    },
  ],
} as const satisfies Control;
