import type { Check, Control } from "./control.ts";
import { exceptWithOwnUsers, isSet, shown } from "./pod.ts";

const check: Check = ({ holders }) =>
  holders.flatMap(({ label, context, contextPath }) => {
    const { runAsUser } = context;
    if (!isSet(runAsUser) || (typeof runAsUser === "number" && runAsUser !== 0)) return [];
    return [{ message: `${label} sets runAsUser to ${shown(runAsUser)}`, path: [...contextPath, "runAsUser"] }];
  });

export const runAsUser = {
  kubernetesId: "runAsUser",
  profile: "restricted",
  versions: [
    { since: 23, check },
    { since: 35, check: exceptWithOwnUsers(check) },
  ],
} as const satisfies Control;
