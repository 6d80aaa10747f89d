import { z } from "zod";
import { isList, record } from "../../core/manifest/json.ts";
import { objectRule } from "../rule.ts";

export const serviceTypeAllowed = objectRule({
  name: "service-type-allowed",
  description: "Services open nothing to the world outside the cluster, unless it is allowed.",
  remediation: "Use a Service of the type ClusterIP behind an Ingress or a Gateway, or allow the type.",
  severity: "high",
  level: "disabled",
  links: [
    "https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types",
    "https://github.com/kubernetes/kubernetes/issues/97076",
  ],
  settings: z.strictObject({
    types: z
      .array(z.enum(["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"]))
      .default(["ClusterIP"])
      .describe("Types that Services may have."),
    externalIPs: z
      .boolean()
      .default(false)
      .describe("Whether Services may take the traffic of addresses of their own."),
  }),
  check: ({ object }, { types, externalIPs }) => {
    if (object["kind"] !== "Service" || object["apiVersion"] !== "v1") return [];
    const spec = record(object["spec"]);
    const type = spec["type"] ?? "ClusterIP";
    const addresses = spec["externalIPs"];
    return [
      ...(types.some((allowed) => allowed === type)
        ? []
        : [{ message: `the type is ${JSON.stringify(type)}`, path: ["spec", "type"], control: "type" }]),
      ...(!externalIPs && isList(addresses) && addresses.length > 0
        ? [
            {
              message: `externalIPs names ${JSON.stringify(addresses)}`,
              path: ["spec", "externalIPs"],
              control: "external-ips",
            },
          ]
        : []),
    ];
  },
});
