import { record } from "../../core/manifest/json.ts";
import type { Check, Control } from "./control.ts";
import { itemsOf, shown, textOf } from "./pod.ts";

const since0 = [
  ...["kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies"],
  ...["net.ipv4.ping_group_range", "net.ipv4.ip_unprivileged_port_start"],
];
const since27 = [...since0, "net.ipv4.ip_local_reserved_ports"];
const since29 = [
  ...[...since27, "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout"],
  ...["net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes"],
];
const since32 = [...since29, "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"];

function check(allowed: readonly string[]): Check {
  return ({ own: { context, contextPath } }) =>
    itemsOf(context["sysctls"]).flatMap((item, index) => {
      const { name } = record(item);
      if (allowed.includes(textOf(name))) return [];
      return [{ message: `the pod sets the sysctl ${shown(name)}`, path: [...contextPath, "sysctls", index, "name"] }];
    });
}

export const sysctls = {
  kubernetesId: "sysctls",
  profile: "baseline",
  versions: [
    { since: 0, check: check(since0) },
    { since: 27, check: check(since27) },
    { since: 29, check: check(since29) },
    { since: 32, check: check(since32) },
  ],
} as const satisfies Control;
