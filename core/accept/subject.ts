import type { Difference } from "../drift/report.ts";
import type { KubernetesObject } from "../manifest/manifest.ts";
import type { PlannedObject } from "../plan/plan.ts";
import { applyChanges } from "./apply-changes.ts";

/** An object that has drifted, on one cluster. */
export interface Place {
  /** What Git says of it now. */
  readonly planned: PlannedObject;
  /** The fields that Git is to say; `removed` for an object that Git is to say no more. */
  readonly changes: readonly Difference[] | "removed";
}

/** An object whose drift is to be written to Git, on all clusters where it has drifted: Git says it once for all of them. */
export interface Subject {
  readonly application: string;
  /** `Kind.group`, or `Kind` in the core group. */
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly places: readonly [Place, ...Place[]];
}

/** Why drift is not written to Git, and what to do by hand. */
export class NotAccepted extends Error {
  override readonly name = "NotAccepted";
  readonly fix: string;

  constructor(message: string, fix: string) {
    super(message);
    this.fix = fix;
  }
}

/** What a subject is called: `Deployment.apps shop/web`. */
export function subjectText({ kind, namespace, name }: Pick<Subject, "kind" | "namespace" | "name">): string {
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}

/** The fields that are written, each once: clusters that have drifted alike ask for the same. */
export function changesOf({ places }: Subject): readonly Difference[] | "removed" {
  if (places.some(({ changes }) => changes === "removed")) return "removed";
  const byPath = new Map(
    places.flatMap(({ changes }) => (changes === "removed" ? [] : changes.map((each) => [each.path, each] as const))),
  );
  return [...byPath.values()];
}

/** What Git is to say of an object at one place; undefined if nothing. */
export function wantedAt({ planned, changes }: Place): KubernetesObject | undefined {
  if (changes === "removed") return undefined;
  const { apiVersion, kind, metadata } = planned.object;
  const wanted = applyChanges(planned.object, changes);
  // Fields below `metadata` other than the name may be new; what identifies an object never is.
  return { ...wanted, apiVersion, kind, metadata: { ...metadata, ...metadataOf(wanted), name: metadata.name } };
}

function metadataOf(object: { readonly [key: string]: unknown }): object {
  const { metadata } = object;
  return typeof metadata === "object" && metadata !== null ? metadata : {};
}
