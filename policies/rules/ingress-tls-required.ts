import { z } from "zod";
import { isList, record } from "../../core/manifest/json.ts";
import type { JsonObject } from "../../core/manifest/manifest.ts";
import type { Violation } from "../../core/policy/violation.ts";
import { certifies, isGateway, isIngress } from "../hosts.ts";
import { objectRule } from "../rule.ts";

/** Hosts of an Ingress that no certificate is named for. */
function uncertified(object: JsonObject): readonly Violation[] {
  const { tls, rules } = record(object["spec"]);
  const certificates = isList(tls) ? tls.map((each) => record(each)["hosts"]) : [];
  if (certificates.length === 0) return [{ message: "no TLS is set up", path: ["spec", "tls"] }];
  const hosts = certificates.filter(isList).flat();
  // A certificate of no hosts is for all of them.
  if (!certificates.every((each) => isList(each) && each.length > 0) || !isList(rules)) return [];
  return rules.flatMap((rule, index) => {
    const host = record(rule)["host"] ?? "";
    if (
      hosts.some(
        (certificate) => typeof certificate === "string" && typeof host === "string" && certifies(certificate, host),
      )
    )
      return [];
    const which = host === "" ? "every other host" : JSON.stringify(host);
    return [{ message: `no TLS is set up for ${which}`, path: ["spec", "rules", index, "host"] }];
  });
}

export const ingressTlsRequired = objectRule({
  name: "ingress-tls-required",
  description: "What comes in from outside is encrypted.",
  remediation: "Name the hosts under spec.tls of the Ingress, or give the Gateway a listener for HTTPS.",
  severity: "high",
  level: "disabled",
  links: [
    "https://kubernetes.io/docs/concepts/services-networking/ingress/#tls",
    "https://gateway-api.sigs.k8s.io/guides/tls/",
  ],
  settings: z.strictObject({
    annotations: z
      .array(z.string())
      .default([
        "alb.ingress.kubernetes.io/certificate-arn",
        "ingress.gcp.kubernetes.io/pre-shared-cert",
        "networking.gke.io/managed-certificates",
      ])
      .describe("Annotations by which controllers are given certificates; an Ingress that has one need not name any."),
  }),
  check: ({ object }, { annotations }) => {
    if (isGateway(object)) {
      const listeners = record(object["spec"])["listeners"];
      const protocols = isList(listeners) ? listeners.map((each) => record(each)["protocol"]) : [];
      // A plain listener beside an encrypted one is what redirects to it.
      return protocols.includes("HTTP") && !protocols.some((each) => each === "HTTPS" || each === "TLS")
        ? [{ message: "every listener is plain HTTP", path: ["spec", "listeners"] }]
        : [];
    }
    if (!isIngress(object)) return [];
    const own = record(record(object["metadata"])["annotations"]);
    const given = annotations.some((name) => Object.hasOwn(own, name) && own[name] !== "");
    return given ? [] : uncertified(object);
  },
});
