import type { Finding } from "../../core/errors/finding.ts";
import { parseResourceName } from "../../core/plan/identity.ts";
import { ownerAnnotations } from "../../core/plan/ownership.ts";
import { ownedFinding } from "./foreign.ts";
import { objectText } from "./text.ts";
import type { Diagnostic } from "./types.ts";

/**
 * Conflicts of server-side apply among the errors of a run, one finding per object and other manager. The API server
 * writes `conflict with "<manager>" using <version>: .<path>`, or `conflicts with …:` and a list of paths. Where the
 * annotation that names the environment is among them, the object is another's: to take it back would take it away.
 */
export function fieldConflicts(diagnostics: readonly Diagnostic[]): readonly Finding[] {
  return diagnostics.flatMap(({ severity, message, object = "" }) => {
    if (severity !== "error" || !isFieldConflict(message)) return [];
    const conflicts = message.matchAll(
      /conflicts? with "([^"]+)"(?: with subresource "[^"]+")?(?: using \S+)?:((?:[\s-]+\.\S+)+)/g,
    );
    return [...conflicts].map(([, manager, paths]): Finding => {
      const fields = (paths ?? "").split(/[\s-]+(?=\.)/).filter((path) => path !== "");
      const identity = parseResourceName(object);
      const text = identity === undefined ? "An object" : objectText(identity);
      if (fields.some((field) => field.endsWith(ownerAnnotations.environment))) return ownedFinding(text, undefined);
      return {
        code: "FIELD_CONFLICT",
        severity: "error",
        message: `${text}: ${fields.map((field) => field.slice(1)).join(", ")} is managed by "${manager ?? ""}" too, with another value.`,
        fix: 'Leave it out of the manifest, or to the other one with drift.ignore; or take it: driftless.dev/force-conflicts: "true", or apply.forceConflicts of the application. Of a tool that is gone, end its claims: driftless takeover <env> --from <manager>.',
      };
    });
  });
}

/** True for what the API server says where another manager owns a field with another value. */
export function isFieldConflict(message: string): boolean {
  return /Apply failed with \d+ conflicts?:/.test(message);
}
