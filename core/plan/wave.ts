import { quote } from "../errors/quote.ts";
import type { KubernetesObject } from "../manifest/manifest.ts";
import { annotation, annotationField } from "./annotation.ts";
import type { Problem } from "./check/problem.ts";

/** Waves are 32-bit numbers: nobody counts so far, and every system that reads a manifest can hold them. */
export const waveLimits = { min: -2_147_483_648, max: 2_147_483_647 } as const;

/** Annotations that name an object's wave. */
const waveAnnotations = ["driftless.dev/wave", "argocd.argoproj.io/sync-wave"] as const;
/** Orders Helm's hooks among each other; it says nothing of objects that are no hooks. */
const hookWeight = "helm.sh/hook-weight";

/** The wave that an object asks for. */
export interface WaveReading {
  /** Smaller ones come first. Default: 0. */
  readonly wave: number;
  /** False where no annotation says so. */
  readonly explicit: boolean;
  readonly problems: readonly Problem[];
}

/** Reads the wave of an object; for a hook that has none, its weight in Helm. */
export function readWave(object: KubernetesObject, hook: boolean): WaveReading {
  const named = waveAnnotations.flatMap((name) => readNumber(object, name));
  const read = named.length > 0 || !hook ? named : readNumber(object, hookWeight);
  const problems = read.flatMap(({ problem }) => (problem === undefined ? [] : [problem]));
  const waves = read.flatMap(({ wave }) => (wave === undefined ? [] : [wave]));
  const [wave = 0, other = wave] = waves;
  if (wave !== other) problems.push(contradiction(wave, other));
  return { wave, explicit: read.length > 0, problems };
}

interface NumberReading {
  readonly wave?: number;
  readonly problem?: Problem;
}

/** No reading where there is no such annotation. */
function readNumber(object: KubernetesObject, name: string): readonly NumberReading[] {
  const text = annotation(object, name);
  if (text === undefined) return [];
  const wave = /^[+-]?\d+$/.test(text.trim()) ? Number(text) : NaN;
  if (wave >= waveLimits.min && wave <= waveLimits.max) return [{ wave: wave === 0 ? 0 : wave }];
  const what = Number.isNaN(wave) ? "is not a whole number" : `is not between ${waveLimits.min} and ${waveLimits.max}`;
  const problem: Problem = {
    code: "SCHEMA_INVALID",
    message: `${quote(name)} ${what}: ${quote(text)}.`,
    field: annotationField(name),
    fix: 'Write a whole number in quotes, such as "1" or "-5"; objects without a wave have 0.',
  };
  return [{ problem }];
}

function contradiction(wave: number, other: number): Problem {
  const [ours, argo] = waveAnnotations;
  return {
    code: "SCHEMA_INVALID",
    message: `${quote(ours)} says ${wave}, but ${quote(argo)} says ${other}.`,
    field: annotationField(ours),
    fix: "Remove one of the two, or write the same number in both.",
  };
}
