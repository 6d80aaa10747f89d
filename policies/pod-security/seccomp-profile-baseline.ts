import type { Check, Control } from "./control.ts";
import { shown, textOf } from "./pod.ts";
import { forbiddenProfiles } from "./seccomp-profiles.ts";

const podAnnotation = "seccomp.security.alpha.kubernetes.io/pod";
const containerAnnotation = "container.seccomp.security.alpha.kubernetes.io/";

/** How pods said it before there was a field. Only annotations of containers that exist count. */
const annotated: Check = ({ annotations, annotationsPath, containers }) => {
  const names = containers.map(({ spec }) => `${containerAnnotation}${textOf(spec["name"])}`);
  return [podAnnotation, ...new Set(names)]
    .filter((key) => Object.hasOwn(annotations, key) && !isAllowed(textOf(annotations[key])))
    .map((key) => ({
      message: `the annotation ${key} names the seccomp profile ${shown(annotations[key])}`,
      path: [...annotationsPath, key],
    }));
};

function isAllowed(profile: string): boolean {
  return profile === "runtime/default" || profile === "docker/default" || profile.startsWith("localhost/");
}

export const seccompProfileBaseline = {
  kubernetesId: "seccompProfile_baseline",
  profile: "baseline",
  versions: [
    { since: 0, check: annotated },
    { since: 19, check: forbiddenProfiles },
  ],
} as const satisfies Control;
