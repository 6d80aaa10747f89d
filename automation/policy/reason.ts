import { quote } from "../../core/errors/quote.ts";
import { unavailable } from "./entry.ts";
import { PackFailed, type PackFailure } from "./process.ts";

/** What messages show instead of folders of this machine: those of the pack and of the project. */
export interface Shown {
  readonly title: string;
  readonly folder: string;
  readonly project: string;
  /** Names of its rules, once it has told them. */
  readonly rules: readonly string[];
  /** Hides what a message must not show. */
  readonly mask: (text: string) => string;
}

/** POLICY_UNAVAILABLE with the reason why a pack gave no answer; any other error as it is. */
export function explainFailure(error: unknown, shown: Shown): unknown {
  if (!(error instanceof PackFailed)) return error;
  const { failure } = error;
  return unavailable(shown.title, explain(failure, shown), failure);
}

/** The error for settings that a rule refuses, which it can only do by throwing; undefined for any other failure. */
export function refusedSettings(error: unknown): { readonly rule: string; readonly problem: string } | undefined {
  if (!(error instanceof PackFailed) || error.failure.reason !== "failed") return undefined;
  const { rule, problem } =
    /policy\.config\.(?<rule>[\w-]+): (?<problem>.+)/.exec(error.failure.answer.message)?.groups ?? {};
  return rule === undefined || problem === undefined ? undefined : { rule, problem };
}

function explain(failure: PackFailure, shown: Shown): string {
  switch (failure.reason) {
    case "failed": {
      const { message, place, rule, urn } = failure.answer;
      const said = firstLine(clean(message, shown));
      if (rule === undefined) {
        return `cannot be loaded: ${place === undefined ? "" : `${clean(place, shown)}: `}${said}`;
      }
      const about = urn === undefined ? "" : ` about ${quote(urn.split("::").at(-1) ?? urn)}`;
      return `has a rule that failed${about}: ${ruleName(rule, shown)}: ${said}`;
    }
    case "timeout":
      return failure.at === undefined
        ? "did not start in time"
        : `did not answer in time: its rule ${ruleName(failure.at, shown)} has not come to an end`;
    case "ended": {
      const said = firstLine(clean(failure.output, shown));
      const when = failure.at === undefined ? "" : ` in its rule ${ruleName(failure.at, shown)}`;
      return `ended by itself${when}${said === "" ? "" : `: ${said}`}`;
    }
    case "memory":
      return "ran out of memory";
    case "output":
      return "gave an answer that is too large";
    case "garbage":
      return "gave an answer that cannot be read";
    case "aborted":
      return "was stopped on request";
  }
}

function ruleName(index: number, { rules }: Shown): string {
  return quote(rules[index] ?? `number ${index + 1}`);
}

/** The text without folders of this machine. */
function clean(text: string, { folder, project, mask }: Shown): string {
  return mask(text)
    .replaceAll(/file:\/\//g, "")
    .replaceAll(`${folder}/`, "")
    .replaceAll(`${project}/`, "")
    .replaceAll(/(?<![\w.])\/(?:[^\s/'":]+\/)+/g, "");
}

/** Node.js shows the code around a mistake behind the first line. */
function firstLine(text: string): string {
  const line = text.split("\n").find((each) => each.trim() !== "") ?? "";
  const short = line.trim().slice(0, 300);
  return short.replace(/\.$/, "");
}
