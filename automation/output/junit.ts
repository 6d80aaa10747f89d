import { formatPlace, type Finding } from "../../core/errors/finding.ts";
import type { Analysis, AnalysedObject, AnalysisResult } from "./analysis.ts";
import { plain } from "./plain.ts";

/** Rows of a report whose lists nobody reads to the end; a file of a gigabyte helps nobody. */
const mostShown = 100;

/** An analysis as a JUnit report: one case for each object, and one for what is about none; what is only advice fails no case. */
export function formatJunit({ command, environment, results, objects }: Analysis): string {
  const byObject = Map.groupBy(results, ({ object }) => object);
  const known = new Set(objects.map(({ name }) => name));
  const others = [...byObject.keys()].filter((name) => !known.has(name)).map((name) => ({ name, owner: "" }));
  const cases = [...objects, ...others].map((object) => ({ object, found: byObject.get(object.name) ?? [] }));
  const failures = cases.filter(({ found }) => found.some(isError)).length;
  return report(`driftless ${command} ${environment}`, cases.length, failures, 0, [
    ...cases.flatMap(({ object, found }) => testCase(environment, object, found)),
  ]);
}

/** A command that failed, as a JUnit report with one case that says why. */
export function formatJunitFailure(command: string, findings: readonly Finding[]): string {
  const [first] = findings;
  return report(`driftless ${command}`, 1, 0, 1, [
    `    <testcase ${attributes({ classname: "driftless", name: command })}>`,
    `      <error ${attributes({ message: first?.message ?? "", type: first?.code ?? "" })}>`,
    ...findings.map(({ code, message, fix, place }) =>
      escape(`${place === undefined ? "" : `${formatPlace(place)}: `}${code} ${message} ${fix}`),
    ),
    `      </error>`,
    `    </testcase>`,
  ]);
}

function report(name: string, tests: number, failures: number, errors: number, cases: readonly string[]): string {
  const counts = { name, tests: String(tests), failures: String(failures), errors: String(errors) };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${attributes(counts)}>`,
    `  <testsuite ${attributes({ ...counts, skipped: "0" })}>`,
    ...cases,
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function testCase(environment: string, object: AnalysedObject, found: readonly AnalysisResult[]): readonly string[] {
  const { name, owner, place } = object;
  const file = place ?? found.find((result) => result.place !== undefined)?.place;
  const start = `    <testcase ${attributes({
    classname: owner === "" ? environment : `${environment}.${owner.replace("/", ".")}`,
    name: name === "" ? environment : name,
    ...(file === undefined ? {} : { file: file.file }),
    ...(file?.line === undefined ? {} : { line: String(file.line) }),
  })}`;
  if (found.length === 0) return [`${start}/>`];
  const errors = found.filter(isError);
  const advice = found.filter((result) => !isError(result));
  const [first] = errors;
  const message = errors.length === 1 ? (first?.message ?? "") : `${errors.length} rules are broken`;
  return [
    `${start}>`,
    ...(first === undefined
      ? []
      : [
          `      <failure ${attributes({ message, type: errors.length === 1 ? first.rule : "policy" })}>`,
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
