import { DriftlessError } from "../../core/errors/error.ts";
import type { DriftReport } from "../../core/drift/report.ts";
import { outcomeOf } from "../../core/drift/report.ts";
import { originOf, type StateResource } from "./resources.ts";
import type { Session } from "../session.ts";
import { computeEnvironment } from "../work.ts";

/**
 * Lines on which the documents of objects begin, by resource name: for reports that are shown at a line. Only the source
 * knows them, so it is rendered, and only if something has drifted. What cannot be rendered has no lines, which is no error:
 * nothing else depends on them.
 */
export async function originLines(
  session: Session,
  report: DriftReport,
  resources: readonly StateResource[],
): Promise<ReadonlyMap<string, number>> {
  if (outcomeOf(report) === "none") return new Map();
  try {
    const { plan } = await computeEnvironment(session, report.environment);
    const files = new Map(resources.map((resource) => [resource.resourceName, originOf(resource)]));
    const lines = plan.applications
      .flatMap(({ objects }) => objects)
      .flatMap(({ resourceName, origin }): readonly (readonly [string, number])[] =>
        origin?.line === undefined || origin.path !== files.get(resourceName) ? [] : [[resourceName, origin.line]],
      );
    return new Map(lines);
  } catch (error) {
    session.io.signal.throwIfAborted();
    if (!(error instanceof DriftlessError)) throw error;
    return new Map();
  }
}
