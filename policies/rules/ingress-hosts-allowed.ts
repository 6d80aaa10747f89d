import { z } from "zod";
import { environmentFacts } from "../../core/policy/facts.ts";
import { isInDomain, servedHosts } from "../hosts.ts";
import { objectRule } from "../rule.ts";
import { tenantOf } from "../tenant.ts";

export const ingressHostsAllowed = objectRule({
  name: "ingress-hosts-allowed",
  description:
    "Ingresses, Gateways and their routes serve the domains of the environment and the tenant, where they name any.",
  remediation: "Serve a host inside the domain, and name it; or allow the domain.",
  severity: "high",
  level: "mandatory",
  links: ["https://kubernetes.io/docs/concepts/services-networking/ingress/#hostname-wildcards"],
  settings: z.strictObject({
    domains: z
      .array(z.string())
      .default([])
      .describe('Domains, with all that is below them: "example.com". Empty: any.'),
    environment: environmentFacts.prefault({}),
  }),
  check: (subject, { domains, environment }) => {
    const hosts = servedHosts(subject.object);
    if (hosts.length === 0) return [];
    const tenant = tenantOf(subject, environment);
    const walls = [
      ...(domains.length === 0 ? [] : [{ allowed: domains, who: "environment" }]),
      ...(tenant?.domains === undefined
        ? []
        : [{ allowed: tenant.domains, who: `tenant ${JSON.stringify(tenant.name)}` }]),
    ];
    return hosts.flatMap(({ host, path }) =>
      walls.flatMap(({ allowed, who }) => {
        if (allowed.some((domain) => isInDomain(host, domain))) return [];
        const served = host === "*" ? "every host is served" : `the host is ${JSON.stringify(host)}`;
        const list = allowed.length === 0 ? "none" : allowed.join(", ");
        return [{ message: `${served}, where the ${who} allows ${list}`, path }];
      }),
    );
  },
});
