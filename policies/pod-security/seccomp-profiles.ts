import { record } from "../../core/manifest/json.ts";
import type { Check } from "./control.ts";
import { isSet, shown, textOf } from "./pod.ts";

const allowed = new Set(["RuntimeDefault", "Localhost"]);

/** The pod and its containers where they name a seccomp profile of another type. */
export const forbiddenProfiles: Check = ({ holders }) =>
  holders.flatMap(({ label, context, contextPath }) => {
    const profile = context["seccompProfile"];
    const { type } = record(profile);
    if (!isSet(profile) || allowed.has(textOf(type))) return [];
    const message = `${label} has a seccomp profile of the type ${shown(type)}`;
    return [{ message, path: [...contextPath, "seccompProfile", "type"] }];
  });
