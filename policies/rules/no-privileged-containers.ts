import { z } from "zod";
import { record } from "../../core/manifest/json.ts";
import { containersOf } from "../containers.ts";
import { defineRule } from "../rule.ts";

export const noPrivilegedContainers = defineRule({
  name: "no-privileged-containers",
  description: "No container runs privileged.",
  remediation: "Remove securityContext.privileged, and add the single capabilities that the container needs.",
  config: z.strictObject({}),
  check: (object) =>
    containersOf(object).flatMap(({ label, spec }) => {
      const privileged = record(spec["securityContext"])["privileged"] ?? false;
      return privileged === false ? [] : [`${label} sets securityContext.privileged to ${JSON.stringify(privileged)}`];
    }),
});
