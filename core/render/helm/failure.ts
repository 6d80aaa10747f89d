import type { ErrorCode } from "../../errors/codes.ts";
import { failure, type DriftlessError } from "../../errors/error.ts";
import type { Place } from "../../errors/finding.ts";
import type { ProgramError } from "../../exec/run.ts";
import { cleanMessage } from "../message.ts";
import type { RenderRequest } from "../renderer.ts";
import type { Sandbox } from "../sandbox.ts";

/** What Helm's message says, in our words. */
interface HelmMessage {
  readonly code: ErrorCode;
  readonly message: string;
  readonly fix: string;
  readonly place: Place;
}

const inChart = "Correct the template, or the values that it needs.";
const templatePlace = /(?:(?:execution|parse) error at \(|template: )([^():\s]+):(\d+)(?::(\d+))?\)?: /g;

/** An error of `helm template`, with the template and line where Helm tells them. */
export function helmFailure(error: ProgramError, sandbox: Sandbox, request: RenderRequest): DriftlessError {
  const { code, message, fix, place } = explain(cleanMessage(error.stderr, sandbox), request);
  const text = `Helm could not render the application ${request.application}: ${message.replace(/\.$/, "")}.`;
  return failure(code, text, fix, { place, cause: error });
}

function explain(text: string, { path }: RenderRequest): HelmMessage {
  const chart: Place = { file: inside(path, "Chart.yaml") };
  const nested = [...text.matchAll(templatePlace)].at(-1);
  if (nested !== undefined) {
    const [all, template = "", line, column] = nested;
    const message = text.slice(nested.index + all.length).replace(/^executing "[^"]*" /, "");
    const place = { file: chartPath(path, template), line: Number(line) };
    return {
      code: "RENDER_FAILED",
      message,
      fix: inChart,
      place: column === undefined ? place : { ...place, column: Number(column) },
    };
  }
  const broken = /^YAML parse error on (\S+): (.*)$/s.exec(text);
  if (broken !== null) {
    const [, template = "", why = ""] = broken;
    const message = `what the template produces is not YAML: ${why.replace("error converting YAML to JSON: ", "")}`;
    return { code: "RENDER_FAILED", message, fix: inChart, place: { file: chartPath(path, template) } };
  }
  if (text.startsWith("values don't meet the specifications of the schema")) {
    const why = text.split("\n").slice(1).join(" ");
    const message = `the values do not fit the chart's schema: ${why}`;
    return {
      code: "RENDER_FAILED",
      message,
      fix: "Correct the values.",
      place: { file: inside(path, "values.schema.json") },
    };
  }
  if (/missing in charts\/ directory/.test(text)) {
    const fix = `Run \`helm dependency update ${path}\` and commit charts/.`;
    return { code: "CHART_INVALID", message: "a dependency is not in its charts/ folder", fix, place: chart };
  }
  if (/exceeds the maximum|larger than the maximum/i.test(text))
    return { code: "RENDER_LIMIT", message: text, fix: "Remove what is large from the chart.", place: chart };
  const isChart = /chart\.metadata|kubeVersion|Chart\.yaml|not installable|cannot load/i.test(text);
  return { code: isChart ? "CHART_INVALID" : "RENDER_FAILED", message: text, fix: "Correct the chart.", place: chart };
}

/** Path in the source of a file that Helm names: the chart's name stands for its folder. */
export function chartPath(path: string, named: string): string {
  return inside(path, named.slice(named.indexOf("/") + 1));
}

function inside(path: string, name: string): string {
  return path === "." ? name : `${path}/${name}`;
}
