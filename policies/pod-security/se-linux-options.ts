import { record } from "../../core/manifest/json.ts";
import type { Check, Control } from "./control.ts";
import { shown, textOf } from "./pod.ts";

const before31 = ["", "container_t", "container_init_t", "container_kvm_t"];

function check(types: readonly string[]): Check {
  return ({ holders }) =>
    holders.flatMap(({ label, context, contextPath }) => {
      const options = record(context["seLinuxOptions"]);
      const forbidden = ["type", "user", "role"].filter((field) => {
        const value = textOf(options[field]);
        return field === "type" ? !types.includes(value) : value !== "";
      });
      return forbidden.map((field) => ({
        message: `${label} sets the SELinux ${field} ${shown(options[field])}`,
        path: [...contextPath, "seLinuxOptions", field],
      }));
    });
}

export const seLinuxOptions = {
  kubernetesId: "seLinuxOptions",
  profile: "baseline",
  versions: [
    { since: 0, check: check(before31) },
    { since: 31, check: check([...before31, "container_engine_t"]) },
  ],
} as const satisfies Control;
