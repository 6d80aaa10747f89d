import { isDrift, type Difference, type ObjectDrift, type Verdict } from "../../core/drift/report.ts";
import type { Place } from "../../core/errors/finding.ts";
import type { AnalysedObject, Analysis, AnalysisResult, AnalysisRule } from "./analysis.ts";
import { originsOf, type EnvironmentDrift } from "./drift-document.ts";
import { objectActors } from "./drift-who.ts";
import { managerText, valuesText } from "./drift-lines.ts";

/** The result of `drift` of one environment for the formats that other programs read: a rule for each kind of drift. */
export function driftAnalysis(each: EnvironmentDrift): Analysis {
  const { environment } = each;
  const document: Place = { file: `environments/${environment}.yaml` };
  const about = { command: "drift", topic: "drift", environment, rules: Object.values(kinds), document } as const;
  if ("failed" in each) {
    return { ...about, results: [], objects: [], errors: each.failed.map((finding) => ({ finding, objects: [] })) };
  }
  const { report, resources, originLines } = each;
  const origins = originsOf(each);
  const place = (name: string): Pick<AnalysisResult, "place"> => {
    const file = origins.get(name);
    const line = originLines?.get(name);
    return file === undefined ? {} : { place: { file, ...(line === undefined ? {} : { line }) } };
  };
  const found = report.objects.filter(({ verdict }) => isDrift(verdict));
  const orphans = found.filter(({ verdict }) => verdict === "orphan");
  return {
    ...about,
    results: [
      ...found.flatMap(resultsOf),
      ...(each.engine?.disagreements ?? []).map(({ resourceName, message }) =>
        result("contradiction", { resourceName }, message),
      ),
    ].map((one) => ({ ...one, ...place(one.object) })),
    objects: [...resources, ...orphans].map(({ resourceName: name, owner }): AnalysedObject => ({
      name,
      owner,
      ...place(name),
    })),
    errors: report.errors,
  };
}

type Kind = "contradiction" | Difference["kind"] | "fought-over" | Extract<Verdict, "deleted" | "recreated" | "orphan">;

const takeBack = "Run driftless up with --refresh to take it back, or change it in Git.";
const takeOff = "Set it in Git, take it off the object, or name it in drift.ignore.";

const kinds: Readonly<Record<Kind, AnalysisRule>> = {
  changed: rule("drift-field-changed", "A field has another value than when the object was last applied.", takeBack),
  added: rule("drift-field-added", "A field was added after the object was last applied.", takeOff),
  removed: rule("drift-field-removed", "A field was removed after the object was last applied.", takeBack),
  moved: rule(
    "drift-list-reordered",
    "The items of a list are in another order than when the object was last applied.",
    takeBack,
  ),
  "fought-over": rule(
    "drift-field-fought-over",
    "A field is changed again and again after updates have taken it back.",
    "Find out who changes it; then leave it to them with drift.ignore, or stop them.",
  ),
  deleted: rule(
    "drift-object-deleted",
    "An object is gone that was applied.",
    "Run driftless up with --refresh to make it again, or remove it from Git.",
  ),
  recreated: rule(
    "drift-object-recreated",
    "An object was deleted, and another one of its name was made.",
    "Run driftless up with --refresh to make it what Git says.",
  ),
  orphan: rule(
    "drift-object-unknown",
    "An object says that it is of this environment, and nothing of it made it.",
    "Delete it, or take its label and annotations off.",
  ),
  contradiction: rule(
    "drift-engine-disagrees",
    "The scan and the engine's preview say different things of an object.",
    "Run it again; if it stays so, look at the object, and report it.",
  ),
};

function rule(id: string, description: string, help: string): AnalysisRule {
  return { id, description, help, level: "error" };
}

function resultsOf(object: ObjectDrift): readonly AnalysisResult[] {
  const { verdict, differences } = object;
  const said = (text: string): string => `${[text, ...objectActors(object)].join("; ")}.`;
  if (verdict === "deleted") {
    return [result("deleted", object, said(object.terminating === true ? "deleted, and not gone yet" : "deleted"))];
  }
  if (verdict === "orphan") return [result("orphan", object, said("nothing of this environment made it"))];
  // It differs in whatever its maker left out.
  if (verdict === "recreated") return [result("recreated", object, said("deleted and made anew"))];
  return differences.map((each) => {
    const by = managerText(each);
    const message = `${each.path}: ${valuesText(each)}${by === "" ? "" : `, ${by}`}.`;
    return { ...result(each.reverted === undefined ? each.kind : "fought-over", object, message), field: each.path };
  });
}

function result(
  kind: Kind,
  { resourceName: object }: Pick<ObjectDrift, "resourceName">,
  message: string,
): AnalysisResult {
  const { id, level, help } = kinds[kind];
  return { rule: id, level, message, fix: help, object };
}
