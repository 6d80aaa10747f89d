import { loadEnvironment } from "../../core/environment/load.ts";
import { DriftlessError } from "../../core/errors/error.ts";
import type { Finding } from "../../core/errors/finding.ts";

/** A setting that a policy pack does not accept. */
export interface SettingProblem {
  /** Path in the environment document: `policy`, `config` and the rule, if it is known. */
  readonly path: readonly string[];
  readonly problem: string;
}

/** What the engine and our own pack write about settings; the groups are the rule and what is wrong. */
const patterns: readonly RegExp[] = [
  /policy\.config\.(?<rule>[\w-]+): (?<problem>.+)/,
  /validating policy config: \S+ \S+ +(?<rule>[\w-]+): (?<problem>.+)/,
  /parsing "(?<rule>[\w-]+)": (?<problem>.+ is not a valid value.*)/,
  /parsing enforcement level for "(?<rule>[\w-]+)": (?<problem>.+)/,
];

/** Wrong settings among the messages of a run, once each. */
export function settingProblems(messages: readonly string[]): readonly SettingProblem[] {
  const lines = messages.flatMap((message) => message.split("\n"));
  const found = lines.flatMap((line): readonly SettingProblem[] => {
    const groups = patterns.map((pattern) => pattern.exec(line)?.groups).find((match) => match !== undefined);
    const { rule, problem } = groups ?? {};
    if (rule !== undefined && problem !== undefined) return [{ path: ["policy", "config", rule], problem }];
    // The engine's words for a rule that the pack does not have; it does not say which.
    const pack = /configuring policy pack "([^"]+)".*: invalid enforcement level ""/.exec(line)?.[1];
    return pack === undefined
      ? []
      : [{ path: ["policy", "config"], problem: `a rule is named that the pack "${pack}" does not have` }];
  });
  return [...new Map(found.map((item) => [JSON.stringify(item), item])).values()];
}

/** CONFIG_INVALID for wrong settings among the messages of a run, where they were written; undefined if there are none. */
export async function settingFailure(
  project: string,
  environment: string,
  messages: readonly string[],
  cause: unknown,
): Promise<DriftlessError | undefined> {
  const problems = settingProblems(messages);
  if (problems.length === 0) return undefined;
  const { locate } = await loadEnvironment(project, environment);
  const [first, ...rest] = problems.map(({ path, problem }): Finding => {
    const field = path.join(".");
    return {
      code: "CONFIG_INVALID",
      severity: "error",
      message: `The policy pack refuses its settings: ${problem.replace(/\.$/, "")}.`,
      place: { ...locate(path), field },
      fix: "Mend the settings, or remove them; rules and what they accept are in docs/guide/policy.md.",
    };
  });
  return first === undefined ? undefined : new DriftlessError([first, ...rest], { cause });
}
