import { z } from "zod";
import { environmentFacts, tenantOfNamespace } from "../../core/policy/facts.ts";
import { isList, record } from "../../core/manifest/json.ts";
import { stackRule } from "../rule.ts";
import { kindOf, placeOf, titleOf } from "../stack.ts";
import type { Subject } from "../subject.ts";

export const tenantQuotaRequired = stackRule({
  name: "tenant-quota-required",
  description: "Every namespace of a tenant has a ResourceQuota, so that no tenant can starve the others.",
  remediation: "Set tenants.<name>.quota in the environment document.",
  severity: "medium",
  level: "disabled",
  links: ["https://kubernetes.io/docs/concepts/policy/resource-quotas/"],
  settings: z.strictObject({
    resources: z.array(z.string()).default([]).describe("Resources that a quota must limit. Default: any one."),
    environment: environmentFacts.prefault({}),
  }),
  check: (subjects, { resources, environment }) => {
    const quotas = Map.groupBy(
      subjects.filter((subject) => kindOf(subject) === "ResourceQuota"),
      placeOf,
    );
    return subjects.flatMap((subject) => {
      if (kindOf(subject) !== "Namespace") return [];
      const name = titleOf(subject);
      const tenant = subject.tenant ?? tenantOfNamespace(environment, subject.cluster, name);
      if (tenant === undefined) return [];
      const limited = new Set((quotas.get(`${subject.cluster}/${name}`) ?? []).flatMap(limits));
      const message = `no ResourceQuota limits what is in the namespace ${JSON.stringify(name)}`;
      if (limited.size === 0) return [{ subject, message }];
      const missing = resources.filter((resource) => !limited.has(resource));
      return missing.length === 0 ? [] : [{ subject, message: `${message} in ${missing.join(" and ")}` }];
    });
  },
});

/** Resources of which a quota limits all that is in its namespace: one with scopes counts only some of the pods. */
function limits({ object }: Subject): readonly string[] {
  const { hard, scopes, scopeSelector } = record(object["spec"]);
  const scoped = (isList(scopes) && scopes.length > 0) || (scopeSelector !== undefined && scopeSelector !== null);
  return scoped ? [] : Object.keys(record(hard));
}
