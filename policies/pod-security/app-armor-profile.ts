import { record } from "../../core/manifest/json.ts";
import type { Control } from "./control.ts";
import { isSet, shown, textOf } from "./pod.ts";

const allowed = new Set(["RuntimeDefault", "Localhost"]);
/** How pods said it before 1.30, one annotation a container; still obeyed. */
const annotation = "container.apparmor.security.beta.kubernetes.io/";

export const appArmorProfile = {
  kubernetesId: "appArmorProfile",
  profile: "baseline",
  versions: [
    {
      since: 0,
      check: ({ holders, annotations, annotationsPath }) => [
        ...holders.flatMap(({ label, context, contextPath }) => {
          const profile = context["appArmorProfile"];
          const { type } = record(profile);
          if (!isSet(profile) || allowed.has(textOf(type))) return [];
          const message = `${label} has an AppArmor profile of the type ${shown(type)}`;
          return [{ message, path: [...contextPath, "appArmorProfile", "type"] }];
        }),
        ...Object.entries(annotations)
          .filter(([key, value]) => key.startsWith(annotation) && !isAllowed(textOf(value)))
          .map(([key, value]) => ({
            message: `an annotation gives container ${shown(key.slice(annotation.length))} the AppArmor profile ${shown(value)}`,
            path: [...annotationsPath, key],
          })),
      ],
    },
  ],
} as const satisfies Control;

function isAllowed(profile: string): boolean {
  return profile === "" || profile === "runtime/default" || profile.startsWith("localhost/");
}
