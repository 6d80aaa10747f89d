import { z } from "zod";
import { isJsonObject, record } from "../../core/manifest/json.ts";
import type { Json } from "../../core/manifest/manifest.ts";
import { containersOf, type Container } from "../containers.ts";
import { objectRule } from "../rule.ts";

const actions = ["exec", "grpc", "httpGet", "tcpSocket"];

function probes(value: Json | undefined): boolean {
  return actions.some((action) => isJsonObject(record(value)[action]));
}

/** True for containers that run until they are stopped: those of pods that do not end, and their sidecars. */
function keepsRunning({ role, spec, pod }: Container): boolean {
  if (role === "ephemeral container") return false;
  const restart = pod.spec["restartPolicy"] ?? "Always";
  return restart === "Always" && (role === "container" || spec["restartPolicy"] === "Always");
}

export const probesRequired = objectRule({
  name: "probes-required",
  description: "Containers that keep running have probes; those of Jobs need none.",
  remediation: "Give the container the probe, or leave it out of what the rule asks for.",
  severity: "low",
  level: "disabled",
  links: ["https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/"],
  settings: z.strictObject({
    probes: z
      .array(z.enum(["readiness", "liveness", "startup"]))
      .default(["readiness"])
      .describe("Probes that they need."),
    sidecars: z.boolean().default(true).describe("Whether init containers that restart always need them too."),
  }),
  check: ({ object }, settings) => {
    if (object["kind"] === "Job" || object["kind"] === "CronJob") return [];
    return containersOf(object)
      .filter((container) => keepsRunning(container) && (settings.sidecars || container.role === "container"))
      .flatMap(({ label, spec, path }) =>
        settings.probes
          .filter((probe) => !probes(spec[`${probe}Probe`]))
          .map((probe) => ({ message: `${label} has no ${probe} probe`, path, control: probe })),
      );
  },
});
