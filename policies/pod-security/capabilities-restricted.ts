import { isList, record } from "../../core/manifest/json.ts";
import { addedCapabilities } from "./added-capabilities.ts";
import type { Check, Control } from "./control.ts";
import { exceptOnWindows } from "./pod.ts";

const allowed = new Set(["NET_BIND_SERVICE"]);

const check: Check = (pod) => [
  ...pod.containers
    .filter(({ context }) => {
      const { drop } = record(context["capabilities"]);
      return !isList(drop) || !drop.includes("ALL");
    })
    .map(({ label, contextPath }) => ({
      message: `${label} does not drop ALL capabilities`,
      path: [...contextPath, "capabilities", "drop"],
    })),
  ...addedCapabilities(pod, allowed),
];

export const capabilitiesRestricted = {
  kubernetesId: "capabilities_restricted",
  profile: "restricted",
  overrides: "capabilities-baseline",
  versions: [
    { since: 22, check },
    { since: 25, check: exceptOnWindows(check) },
  ],
} as const satisfies Control;
