import { z } from "zod";
import { allows, covers, grantsOf, rbacGroup, type Grant } from "../rbac.ts";
import { objectRule } from "../rule.ts";

interface Settings {
  readonly bindable: readonly string[];
}

/** What each control forbids: what a grant gives, or undefined if it does not. */
const controls = {
  escalate: (grant) =>
    onRoles(grant) && allows(grant, "escalate") ? "may write roles that allow more than its holder may" : undefined,
  bind: (grant, { bindable }) => {
    if (!onRoles(grant) || !allows(grant, "bind")) return undefined;
    const { resourceNames } = grant;
    if (resourceNames.length > 0 && resourceNames.every((name) => bindable.includes(name))) return undefined;
    return "may bind roles that allow more than its holder may";
  },
  impersonate: (grant) => {
    // Kubernetes 1.35 has impersonate:<as what> and impersonate-on:<as what>:<verb> beside the plain verb.
    const verb = grant.verbs.find((each) => /^impersonate(-on)?(:|$)/.test(each));
    const identity =
      ["users", "groups", "serviceaccounts"].some((resource) => covers(grant, "", resource)) ||
      covers(grant, "authentication.k8s.io", "uids");
    return verb !== undefined || (identity && allows(grant, "impersonate")) ? "may act as others" : undefined;
  },
  "service-account-tokens": (grant) =>
    covers(grant, "", "serviceaccounts/token") && allows(grant, "create")
      ? "may make tokens of ServiceAccounts"
      : undefined,
  "node-proxy": (grant) =>
    covers(grant, "", "nodes/proxy") && (allows(grant, "get") || writes(grant))
      ? "may reach the kubelet of every node"
      : undefined,
  certificates: (grant) =>
    (covers(grant, "certificates.k8s.io", "certificatesigningrequests/approval") &&
      (allows(grant, "update") || allows(grant, "patch"))) ||
    (covers(grant, "certificates.k8s.io", "signers") && allows(grant, "approve"))
      ? "may approve certificates of anybody"
      : undefined,
  secrets: (grant) => {
    const verb = ["list", "watch"].find((each) => allows(grant, each));
    return covers(grant, "", "secrets") && verb !== undefined
      ? `may ${verb} Secrets, which shows what they hold`
      : undefined;
  },
  webhooks: (grant) =>
    ["validatingwebhookconfigurations", "mutatingwebhookconfigurations"].some((resource) =>
      covers(grant, "admissionregistration.k8s.io", resource),
    ) && writes(grant)
      ? "may read and change what others write, by webhooks"
      : undefined,
  "persistent-volumes": (grant) =>
    covers(grant, "", "persistentvolumes") && allows(grant, "create")
      ? "may make volumes of the files of a node"
      : undefined,
  namespaces: (grant) =>
    covers(grant, "", "namespaces") && (allows(grant, "update") || allows(grant, "patch"))
      ? "may change the labels that Namespaces are guarded by"
      : undefined,
} as const satisfies Record<string, (grant: Grant, settings: Settings) => string | undefined>;

type Control = keyof typeof controls;
const isControl = (name: string): name is Control => Object.hasOwn(controls, name);
const names: readonly Control[] = Object.keys(controls).filter(isControl);

function onRoles(grant: Grant): boolean {
  return covers(grant, rbacGroup, "roles") || covers(grant, rbacGroup, "clusterroles");
}

function writes(grant: Grant): boolean {
  return ["create", "update", "patch"].some((verb) => allows(grant, verb));
}

export const rbacNoEscalation = objectRule({
  name: "rbac-no-escalation",
  description: "No role lets its holder get rights that it does not give.",
  remediation: "Remove the verb or the resource, or narrow it with resourceNames where the rule accepts that.",
  severity: "critical",
  level: "mandatory",
  links: ["https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks"],
  settings: z.strictObject({
    controls: z
      .array(z.enum(names))
      .default(["escalate", "bind", "impersonate", "service-account-tokens", "node-proxy", "certificates"])
      .describe("Ways to more rights that roles must not open."),
    bindable: z
      .array(z.string())
      .default([])
      .describe("Roles that others may let be bound, where resourceNames names nothing else."),
  }),
  check: ({ object }, settings) =>
    grantsOf(object).flatMap((grant) => {
      const everything = [grant.verbs, grant.apiGroups, grant.resources].every((list) => list.includes("*"));
      if (everything) return [{ message: "who has the role may do everything", path: grant.path }];
      return settings.controls.flatMap((control) => {
        const given = controls[control](grant, settings);
        if (given === undefined) return [];
        return [{ message: `who has the role ${given}`, path: grant.path, control }];
      });
    }),
});
