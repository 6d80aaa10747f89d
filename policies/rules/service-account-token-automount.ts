import { z } from "zod";
import { record } from "../../core/manifest/json.ts";
import type { Json, JsonObject } from "../../core/manifest/manifest.ts";
import { podsOf } from "../pods.ts";
import { stackRule } from "../rule.ts";
import type { Subject } from "../subject.ts";

const field = "automountServiceAccountToken";

function accountName(pod: JsonObject): string {
  const name = pod["serviceAccountName"] ?? pod["serviceAccount"];
  return typeof name === "string" && name !== "" ? name : "default";
}

function namespaceOf(object: JsonObject): string {
  const namespace = record(object["metadata"])["namespace"];
  return typeof namespace === "string" ? namespace : "";
}

/** What ServiceAccounts say about the tokens of their pods. */
function accounts(subjects: readonly Subject[]): ReadonlyMap<string, Json | undefined> {
  return new Map(
    subjects.flatMap(({ cluster, object }) => {
      const name = record(object["metadata"])["name"];
      if (object["kind"] !== "ServiceAccount" || typeof name !== "string") return [];
      return [[JSON.stringify([cluster, namespaceOf(object), name]), object[field]]];
    }),
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
      const { cluster, object } = subject;
      const namespace = namespaceOf(object);
      const name = record(object["metadata"])["name"];
      if (object["kind"] === "ServiceAccount") {
        if (!serviceAccounts || object[field] === false || (typeof name === "string" && may(namespace, name)))
          return [];
        return [{ subject, message: `${field} is ${JSON.stringify(object[field] ?? true)}`, path: [field] }];
      }
      return podsOf(object).flatMap(({ spec, path }) => {
        const account = accountName(spec);
        // What the pod says wins over what its ServiceAccount says.
        const own = spec[field] ?? undefined;
        const mounts = (own ?? said.get(JSON.stringify([cluster, namespace, account]))) !== false;
        if (!mounts || may(namespace, account)) return [];
        const who = own === undefined ? "neither the pod nor" : "the pod asks for the token of";
        const message = `${who} the ServiceAccount ${JSON.stringify(account)}${own === undefined ? ` says ${field}: false` : ""}`;
        return [{ subject, message, path: [...path, field] }];
      });
    });
  },
});
