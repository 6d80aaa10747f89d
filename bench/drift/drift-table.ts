import type { Arena } from "../contestants/contestant.ts";
import { driftCases, driftlessMarks, fluxMarks, noMarks } from "./cases.ts";
import type { Detector, Found } from "./detectors.ts";
import { kubectlIn } from "./kubectl.ts";
import { namespaces } from "./world.ts";

/** What each way of looking for drift has found. */
export interface DriftTable {
  readonly rows: readonly {
    readonly kind: string;
    readonly drift: string;
    /** By name of the detector: whether it told of this. */
    readonly found: Readonly<Record<string, boolean>>;
  }[];
  /** By name of the detector: objects that it told of and that nobody had touched. */
  readonly falseReports: Readonly<Record<string, readonly string[]>>;
}

/** Does the same to the objects of every contestant, and lets each look. */
export async function measureTable(arena: Arena, kubectl: string, detectors: readonly Detector[]): Promise<DriftTable> {
  const marks = { driftless: driftlessMarks, flux: fluxMarks, kubectl: noMarks };
  for (const name of ["driftless", "kubectl", "flux"] as const) {
    arena.progress(`drift of every kind: ${name}`);
    const hands = kubectlIn(arena, kubectl, namespaces[name]);
    for (const each of driftCases(marks[name])) await each.make(hands);
    await hands.run("wait", "deployment", "--all", "--for=condition=Available", "--timeout=60s");
  }
  const looks: (readonly [string, Found])[] = [];
  for (const detector of detectors) {
    arena.progress(`drift of every kind: ${detector.name}`);
    looks.push([detector.name, (await detector.look()).found]);
  }
  return tableOf(looks);
}

/** Holds what was found against what was done. */
export function tableOf(looks: readonly (readonly [detector: string, found: Found])[]): DriftTable {
  const cases = driftCases(noMarks);
  const touched = new Set(cases.map(({ object }) => object));
  return {
    rows: cases.map(({ name, object, evidence }) => ({
      kind: object.split("/")[0] ?? "",
      drift: name,
      found: Object.fromEntries(looks.map(([detector, found]) => [detector, evidence.test(found.get(object) ?? "")])),
    })),
    falseReports: Object.fromEntries(
      looks.map(([detector, found]) => [detector, [...found.keys()].filter((object) => !touched.has(object)).sort()]),
    ),
  };
}
