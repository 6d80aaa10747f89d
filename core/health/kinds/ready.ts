import {
  condition,
  conditionText,
  degraded,
  healthy,
  outdated,
  progressing,
  say,
  type Health,
  type HealthCheck,
} from "../status.ts";

/** How the condition of a kind is read. */
export interface ConditionReading {
  /** Type of the condition. Default: `Ready`. */
  readonly type?: string;
  /** Reasons of a `False` that pass by themselves. Default: none, so that `False` is degraded. */
  readonly passing?: readonly string[];
  /** What is said while there is no condition. */
  readonly before: string;
}

/** Judges by one condition, as most controllers of custom resources report: `True` is healthy, `False` degraded. */
export function byCondition({ type = "Ready", passing = [], before }: ConditionReading): HealthCheck {
  return (object): Health => {
    const old = outdated(object);
    if (old !== undefined) return old;
    const found = condition(object, type);
    if (found === undefined) return progressing(before);
    if (found.status === "True") return healthy(conditionText(found));
    const text = say(`Not ${type}: ${conditionText(found)}`);
    return found.status === "False" && !passing.includes(found.reason) ? degraded(text) : progressing(text);
  };
}
