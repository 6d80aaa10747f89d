import { podsOf } from "../../core/manifest/pods.ts";
import { controlsOf } from "../pod-security/controls.ts";
import { podOf } from "../pod-security/pod.ts";
import { minorOf, podSecuritySettings, profileOf, type PodSecuritySettings } from "../pod-security/profile.ts";
import { remediated } from "../pod-security/remediate.ts";
import { objectRule } from "../rule.ts";
import type { Subject } from "../subject.ts";

export const podSecurity = objectRule({
  name: "pod-security",
  description: "Every pod keeps to the Pod Security Standard of its namespace.",
  remediation:
    "Change the pod as its profile asks; where the pod must have it, give its tenant another podSecurity, or the object an exception.",
  severity: "critical",
  level: "mandatory",
  links: ["https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
  settings: podSecuritySettings,
  check: violations,
  remediate: (subject, settings, isExempt) => {
    const violated = violations(subject, settings).map(({ control }) => control);
    return remediated(subject.object, new Set(violated.filter((control) => !isExempt(control))));
  },
});

function violations(subject: Subject, settings: PodSecuritySettings) {
  const templates = podsOf(subject.object);
  const profile = profileOf(subject, settings);
  if (templates.length === 0 || profile === "privileged") return [];
  const controls = controlsOf(profile, minorOf(subject, settings));
  return templates
    .map(podOf)
    .flatMap((pod) => controls.flatMap(({ name, check }) => check(pod).map((found) => ({ ...found, control: name }))));
}
