import { z } from "zod";
import type { Json, JsonObject } from "../../core/manifest/manifest.ts";
import { podsOf } from "../../core/manifest/pods.ts";
import { stackRule } from "../rule.ts";
import { kindOf, namespaceIn, placeOf, titleOf } from "../stack.ts";
import type { Subject } from "../subject.ts";

const field = "automountServiceAccountToken";

function accountName(pod: JsonObject): string {
  const name = pod["serviceAccountName"] ?? pod["serviceAccount"];
  return typeof name === "string" && name !== "" ? name : "default";
}

/** What ServiceAccounts say about the tokens of their pods. */
function accounts(subjects: readonly Subject[]): ReadonlyMap<string, Json | undefined> {
  return new Map(
    subjects
      .filter((subject) => kindOf(subject) === "ServiceAccount")
      .map((subject) => [`${placeOf(subject)}/${titleOf(subject)}`, subject.object[field]]),
  );
}

export const serviceAccountTokenAutomount = stackRule({
  name: "service-account-token-automount",
  description: "Pods hold no token of the API server, unless they call it.",
  remediation:
    "Set automountServiceAccountToken: false in the pod or in its ServiceAccount; allow the account if its pods call the API server.",
  severity: "medium",
  level: "disabled",
  links: [
    "https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting",
  ],
  settings: z.strictObject({
    allowed: z
      .array(z.string())
      .default([])
      .describe('ServiceAccounts whose pods may hold a token: "namespace/name", or "*/name" in any namespace.'),
    serviceAccounts: z
      .boolean()
      .default(false)
      .describe("Whether each ServiceAccount has to say it too, for pods that are made elsewhere."),
  }),
  check: (subjects, { allowed, serviceAccounts }) => {
    const said = accounts(subjects);
    const may = (namespace: string, name: string) =>
      allowed.includes(`${namespace}/${name}`) || allowed.includes(`*/${name}`);
    return subjects.flatMap((subject) => {
      const { object } = subject;
      const namespace = namespaceIn(subject);
      if (kindOf(subject) === "ServiceAccount") {
        if (!serviceAccounts || object[field] === false || may(namespace, titleOf(subject))) return [];
        return [{ subject, message: `${field} is ${JSON.stringify(object[field] ?? true)}`, path: [field] }];
      }
      return podsOf(object).flatMap(({ spec, path }) => {
        const account = accountName(spec);
        // What the pod says wins over what its ServiceAccount says.
        const own = spec[field] ?? undefined;
        const mounts = (own ?? said.get(`${placeOf(subject)}/${account}`)) !== false;
        if (!mounts || may(namespace, account)) return [];
        const who = own === undefined ? "neither the pod nor" : "the pod asks for the token of";
        const message = `${who} the ServiceAccount ${JSON.stringify(account)}${own === undefined ? ` says ${field}: false` : ""}`;
        return [{ subject, message, path: [...path, field] }];
      });
    });
  },
});
