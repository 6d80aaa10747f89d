import { z } from "zod";
import { record } from "../../core/manifest/json.ts";
import { containersOf } from "../pods.ts";
import { objectRule } from "../rule.ts";

export const noPrivilegedContainers = objectRule({
  name: "no-privileged-containers",
  description: "No container runs privileged.",
  remediation: "Remove securityContext.privileged, and add the single capabilities that the container needs.",
  severity: "critical",
  level: "mandatory",
  links: ["https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline"],
  settings: z.strictObject({}),
  check: ({ object }) =>
    containersOf(object).flatMap(({ label, spec, path }) => {
      const privileged = record(spec["securityContext"])["privileged"] ?? false;
      if (privileged === false) return [];
      const message = `${label} sets securityContext.privileged to ${JSON.stringify(privileged)}`;
      return [{ message, path: [...path, "securityContext", "privileged"] }];
    }),
});
