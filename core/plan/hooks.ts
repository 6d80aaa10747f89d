import type { Finding } from "../errors/finding.ts";
import type { KubernetesObject, Manifest } from "../manifest/manifest.ts";
import { compareText } from "./order.ts";
import { record } from "../manifest/json.ts";

const hookAnnotations = ["helm.sh/hook", "argocd.argoproj.io/hook"];
/** Hooks that a deployment never runs: Helm runs them on its own commands only. */
const neverRun = /^(test(-success|-failure)?|(pre|post)-rollback)$/;

/** The event that an object is a hook for, such as `pre-install`; undefined for an object that is simply to exist. */
export function hookEvent(object: KubernetesObject): string | undefined {
  const annotations = record(object.metadata["annotations"]);
  return hookAnnotations.map((name) => annotations[name]).find((value) => typeof value === "string");
}

/** One warning for all hooks of an application, or none. */
export function hookWarning(application: string, hooks: readonly Manifest[]): readonly Finding[] {
  const [first] = hooks;
  if (first === undefined) return [];
  const events = [...new Set(hooks.flatMap(({ object }) => (hookEvent(object) ?? "").split(",").map((e) => e.trim())))];
  const ignored = events.filter((event) => neverRun.test(event)).sort(compareText);
  const notRun = events.filter((event) => !neverRun.test(event)).sort(compareText);
  const parts = [
    ...(notRun.length > 0 ? [`hooks are not run yet (${notRun.join(", ")})`] : []),
    ...(ignored.length > 0 ? [`test and rollback hooks are ignored (${ignored.join(", ")})`] : []),
  ];
  return [
    {
      code: "HOOK_NOT_RUN",
      severity: "warning",
      message: `Application "${application}": ${parts.join("; ")}.`,
      place: { file: first.origin.path, ...(first.origin.line === undefined ? {} : { line: first.origin.line }) },
      fix:
        notRun.length > 0
          ? "Run what they do yourself, or remove their hook annotation to deploy them as plain objects."
          : "Nothing; remove them from the source to lose this warning.",
    },
  ];
}
