import { nearest } from "../../errors/nearest.ts";
import { quote } from "../../errors/quote.ts";
import type { KubernetesObject } from "../../manifest/manifest.ts";
import { annotation, annotationField, words } from "../annotation.ts";
import type { Problem } from "../check/problem.ts";
import { hookDialects, type HookDialect, type HookRow } from "./mapping.ts";
import { hookDeletePolicies, hookPhases, type HookDeletePolicy, type HookPhase } from "./phase.ts";

/** A value of a hook annotation, with what is made of it. */
export interface HookValue extends HookRow {
  readonly dialect: HookDialect;
  readonly value: string;
}

/** What the hook annotations of an object say. */
export interface HookReading {
  /** `hook`: run in `phases`; `object`: an object of its wave; `ignored`: neither applied nor run. */
  readonly kind: "hook" | "object" | "ignored";
  readonly phases: readonly HookPhase[];
  readonly deletePolicies: readonly HookDeletePolicy[];
  /** Every value that is known. */
  readonly values: readonly HookValue[];
  readonly problems: readonly Problem[];
}

const noHook: HookReading = { kind: "object", phases: [], deletePolicies: [], values: [], problems: [] };

/** Reads the hook annotations of an object, those of the first dialect that it speaks. */
export function readHook(object: KubernetesObject): HookReading {
  const dialect = hookDialects.find(({ annotation: name }) => annotation(object, name) !== undefined);
  if (dialect === undefined) return noHook;
  const { annotation: name, policyAnnotation } = dialect;
  const { known, problems } = look(object, name, dialect.hooks);
  const values = known.map(([value, row]): HookValue => ({ ...row, dialect, value }));
  const means = new Set(values.map((value) => value.means));
  const phases = hookPhases.filter((phase) => means.has(phase));
  const policies = look(object, policyAnnotation, dialect.policies);
  const chosen = new Set(policies.known.map(([, policy]) => policy));
  return {
    kind: phases.length > 0 ? "hook" : means.has("object") ? "object" : "ignored",
    phases,
    // As Argo CD and Helm have it: without a policy, what an earlier run left makes way.
    deletePolicies: chosen.size === 0 ? ["before-creation"] : hookDeletePolicies.filter((policy) => chosen.has(policy)),
    values,
    problems: [
      ...problems,
      ...policies.problems,
      ...(phases.length > 0 && means.has("object") ? [bothProblem(name, values)] : []),
    ],
  };
}

/** The words of an annotation that a table knows, and problems with the others. */
function look<T>(
  object: KubernetesObject,
  name: string,
  table: Readonly<Record<string, T>>,
): { readonly known: readonly (readonly [string, T])[]; readonly problems: readonly Problem[] } {
  const text = annotation(object, name);
  if (text === undefined) return { known: [], problems: [] };
  const rows = new Map(Object.entries(table));
  const read = words(text).map((word) => ({ word, row: rows.get(word) }));
  return {
    known: read.flatMap(({ word, row }) => (row === undefined ? [] : [[word, row] as const])),
    problems: read
      .filter(({ row }) => row === undefined)
      .map(({ word }) => unknownProblem(name, word, [...rows.keys()])),
  };
}

function unknownProblem(name: string, word: string, known: readonly string[]): Problem {
  const meant = nearest(word, known);
  return {
    code: "SCHEMA_INVALID",
    message: word === "" ? `${quote(name)} has an empty value.` : `${quote(name)} does not know ${quote(word)}.`,
    field: annotationField(name),
    fix: `${meant === undefined ? "" : `Did you mean ${quote(meant)}? `}It may be ${known.join(", ")}.`,
  };
}

function bothProblem(name: string, values: readonly HookValue[]): Problem {
  const [object] = values.filter(({ means }) => means === "object").map(({ value }) => value);
  return {
    code: "SCHEMA_INVALID",
    message: `${quote(name)} makes it both a hook and, with ${quote(object ?? "")}, an object of its wave.`,
    field: annotationField(name),
    fix: "Write it as two manifests with a name each.",
  };
}
