import type { AuditQuestion } from "../../../../core/audit/question.ts";
import type { Difference } from "../../../../core/drift/report.ts";

let count = 0;

/** One line of an audit log. */
export function line(second: number, options: Record<string, unknown> = {}): string {
  const time = new Date(Date.UTC(2026, 2, 1, 10) + second * 1000).toISOString();
  const {
    user = "alice",
    uri = "",
    code = 200,
    name = "settings",
    resource = "configmaps",
    subresource,
    ...rest
  } = options;
  count += 1;
  return JSON.stringify({
    kind: "Event",
    apiVersion: "audit.k8s.io/v1",
    level: "Metadata",
    auditID: `id-${count}`,
    stage: "ResponseComplete",
    requestURI: `/api/v1/namespaces/shop/configmaps/settings?fieldManager=kubectl-patch${String(uri)}`,
    verb: "patch",
    user: { username: user },
    userAgent: "kubectl/v1.36.3 (linux/amd64)",
    objectRef: { resource, namespace: "shop", name: name === null ? undefined : name, apiVersion: "v1", subresource },
    responseStatus: { code },
    requestReceivedTimestamp: time,
    stageTimestamp: time,
    ...rest,
  });
}

/** A change of `data.key` from 1 to 2 by kubectl-patch at 10:00:05. */
export const changed: Difference = {
  path: "data.key",
  steps: ["data", "key"],
  kind: "changed",
  old: "1",
  new: "2",
  managers: [{ manager: "kubectl-patch", operation: "Update", time: "2026-03-01T10:00:05Z" }],
  ours: true,
};

/** The same field taken away, which nobody holds. */
export const removed: Difference = {
  path: "data.key",
  steps: ["data", "key"],
  kind: "removed",
  old: "1",
  managers: [],
  ours: true,
};

/** A question about ConfigMap `shop/settings`, last applied at 10:00:00. */
export function question(options: Partial<AuditQuestion> = {}): AuditQuestion {
  return {
    key: "settings",
    group: "",
    resource: "configmaps",
    namespace: "shop",
    name: "settings",
    verdict: "drifted",
    differences: [changed],
    secret: false,
    applied: Date.UTC(2026, 2, 1, 10),
    ...options,
  };
}

/** The object with this value of its key. */
export function settings(key: string | undefined): object {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "settings" },
    data: key === undefined ? {} : { key },
  };
}
