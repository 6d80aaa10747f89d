import { formatPlace, type Finding } from "../../core/errors/finding.ts";
import type { Analysis, AnalysedObject, AnalysisResult } from "./analysis.ts";
import { plain } from "./plain.ts";

/** Rows of a report whose lists nobody reads to the end; a file of a gigabyte helps nobody. */
const mostShown = 100;

/** How several results of one object are counted. */
const nouns: Readonly<Record<Analysis["topic"], string>> = {
  policy: "rules are broken",
  drift: "differences",
  validation: "mistakes",
};

/**
 * Analyses as a JUnit report, a suite for each: one case for each object, and one for what is about none; what is only
 * advice fails no case, and what is not known is an error of its case.
 */
export function formatJunit(analyses: readonly Analysis[]): string {
  return report(analyses.map(suiteOf));
}

function suiteOf({ command, topic, environment, results, objects, errors = [] }: Analysis): Suite {
  const byObject = Map.groupBy(results, ({ object }) => object);
  const unknown = new Map<string, Finding[]>();
  for (const { finding, objects: names } of errors) {
    for (const name of names.length === 0 ? [""] : names) unknown.set(name, [...(unknown.get(name) ?? []), finding]);
  }
  const known = new Set(objects.map(({ name }) => name));
  const others = [...new Set([...byObject.keys(), ...unknown.keys()])].filter((name) => !known.has(name));
  const cases = [...objects, ...others.map((name) => ({ name, owner: "" }))].map((object): Case => {
    const found = byObject.get(object.name) ?? [];
    return { topic, environment, object, found, errors: unknown.get(object.name) ?? [] };
  });
  return {
    name: `driftless ${command} ${environment}`,
    tests: cases.length,
    failures: cases.filter((each) => each.errors.length === 0 && each.found.some(isError)).length,
    errors: cases.filter((each) => each.errors.length > 0).length,
    lines: cases.flatMap(testCase),
  };
}

/** A command that failed, as a JUnit report with one case that says why. */
export function formatJunitFailure(command: string, findings: readonly Finding[]): string {
  const lines = [
    `    <testcase ${attributes({ classname: "driftless", name: command })}>`,
    ...errorLines(findings),
    `    </testcase>`,
  ];
  return report([{ name: `driftless ${command}`, tests: 1, failures: 0, errors: 1, lines }]);
}

interface Suite {
  readonly name: string;
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  /** Its cases. */
  readonly lines: readonly string[];
}

interface Case {
  readonly topic: Analysis["topic"];
  readonly environment: string;
  readonly object: AnalysedObject;
  readonly found: readonly AnalysisResult[];
  /** Why nothing is known of the object. */
  readonly errors: readonly Finding[];
}

function report(suites: readonly Suite[]): string {
  const sum = (count: "tests" | "failures" | "errors"): number => suites.reduce((all, each) => all + each[count], 0);
  const [only, other] = suites;
  const name = other === undefined ? (only?.name ?? "driftless") : "driftless";
  const whole = { name, tests: sum("tests"), failures: sum("failures"), errors: sum("errors") };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${attributes(countsOf(whole))}>`,
    ...suites.flatMap((suite) => [
      `  <testsuite ${attributes({ ...countsOf(suite), skipped: "0" })}>`,
      ...suite.lines,
      "  </testsuite>",
    ]),
    "</testsuites>",
    "",
  ].join("\n");
}

function countsOf({ name, tests, failures, errors }: Omit<Suite, "lines">): Readonly<Record<string, string>> {
  return { name, tests: String(tests), failures: String(failures), errors: String(errors) };
}

function errorLines(findings: readonly Finding[]): readonly string[] {
  const [first] = findings;
  return [
    `      <error ${attributes({ message: first?.message ?? "", type: first?.code ?? "" })}>`,
    ...findings.map(({ code, message, fix, place }) =>
      escape(`${place === undefined ? "" : `${formatPlace(place)}: `}${code} ${message} ${fix}`),
    ),
    `      </error>`,
  ];
}

function testCase({ topic, environment, object, found, errors: unknown }: Case): readonly string[] {
  const { name, owner, place } = object;
  const file = place ?? found.find((result) => result.place !== undefined)?.place;
  const start = `    <testcase ${attributes({
    classname: owner === "" ? environment : `${environment}.${owner.replace("/", ".")}`,
    name: name === "" ? environment : name,
    ...(file === undefined ? {} : { file: file.file }),
    ...(file?.line === undefined ? {} : { line: String(file.line) }),
  })}`;
  if (unknown.length > 0) return [`${start}>`, ...errorLines(unknown), "    </testcase>"];
  if (found.length === 0) return [`${start}/>`];
  const errors = found.filter(isError);
  const advice = found.filter((result) => !isError(result));
  const [first] = errors;
  const message = errors.length === 1 ? (first?.message ?? "") : `${errors.length} ${nouns[topic]}`;
  return [
    `${start}>`,
    ...(first === undefined
      ? []
      : [
          `      <failure ${attributes({ message, type: errors.length === 1 ? first.rule : topic })}>`,
          ...lines(errors),
          "      </failure>",
        ]),
    ...(advice.length === 0 ? [] : ["      <system-out>", ...lines(advice), "      </system-out>"]),
    "    </testcase>",
  ];
}

function lines(results: readonly AnalysisResult[]): readonly string[] {
  const rest = results.length - mostShown;
  return [
    ...results.slice(0, mostShown).map(({ rule, message, fix, place }) => {
      const where = place === undefined ? "" : `${formatPlace(place)}: `;
      return escape(`${where}${rule}: ${message}${fix === undefined ? "" : ` ${fix}`}`);
    }),
    ...(rest > 0 ? [`and ${rest} more`] : []),
  ];
}

function isError({ level }: AnalysisResult): boolean {
  return level === "error";
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${escape(value)}"`)
    .join(" ");
}

/** Text as XML holds it, without the characters that XML 1.0 cannot hold. */
function escape(text: string): string {
  return plain(text)
    .replace(/[\ufffe\uffff]/g, "")
    .toWellFormed()
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
