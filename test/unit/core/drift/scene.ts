import { baselineEntry, type Baseline } from "../../../../core/drift/baseline.ts";
import { classify, type Found, type ScanInput } from "../../../../core/drift/classify.ts";
import { isSecret, normalForm } from "../../../../core/drift/normal-form.ts";
import type { DriftReport, ObjectDrift } from "../../../../core/drift/report.ts";
import type { Json, JsonObject, KubernetesObject } from "../../../../core/manifest/manifest.ts";
import { resourceName } from "../../../../core/plan/identity.ts";

export const key = "key of the stack";

/** One object: what was asked for, what it looked like then, and what it looks like now. */
export interface Case {
  readonly inputs: KubernetesObject;
  /** Default: what was asked for. */
  readonly then?: KubernetesObject;
  readonly now: Found;
}

/** A live object: with an identity, and whoever holds its fields. */
export function live(object: KubernetesObject, metadata: JsonObject = {}): KubernetesObject {
  return { ...object, metadata: { uid: "uid", resourceVersion: "2", ...object.metadata, ...metadata } };
}

/** An entry of managed fields. */
export function manager(name: string, fieldsV1: Json, more: JsonObject = {}): JsonObject {
  return {
    manager: name,
    operation: "Update",
    fieldsType: "FieldsV1",
    time: "2026-03-01T10:00:00Z",
    fieldsV1,
    ...more,
  };
}

export function baselineOf(cases: readonly Case[]): Baseline {
  const objects = cases.map(({ inputs, then }) => {
    const object = then ?? inputs;
    const normal = normalForm(object, isSecret(object) ? key : undefined);
    const entry = baselineEntry(inputs, normal, { uid: "uid", resourceVersion: "1" });
    return [resourceName("eu", inputs), entry] as const;
  });
  return { objects: new Map(objects) };
}

export function scan(cases: readonly Case[], changes: Partial<ScanInput> = {}): { readonly report: DriftReport } {
  const report = classify({
    environment: "dev",
    objects: cases.map(({ inputs }) => ({
      resourceName: resourceName("eu", inputs),
      owner: "application/web",
      inputs,
    })),
    baseline: baselineOf(cases),
    live: new Map(cases.map(({ inputs, now }) => [resourceName("eu", inputs), now])),
    orphans: [],
    errors: [],
    rules: () => [],
    secretKey: key,
    ...changes,
  });
  return { report };
}

/** What is said of one object; `unchanged` where nothing is reported of it. */
export function verdictOf(one: Case, changes: Partial<ScanInput> = {}): ObjectDrift | undefined {
  return scan([one], changes).report.objects[0];
}

/** Differences as a person would read them. */
export function textsOf(drift: Pick<ObjectDrift, "differences"> | undefined): readonly string[] {
  return (drift?.differences ?? []).map(({ path, kind, managers, ours, ...values }) => {
    const [old, now] = [values.old, values.new].map((value) => (value === undefined ? "" : JSON.stringify(value)));
    const who = managers.map((each) => each.manager).join(",");
    return `${kind} ${path} ${old}>${now}${who === "" ? "" : ` by ${who}`}${ours ? " (ours)" : ""}`;
  });
}
