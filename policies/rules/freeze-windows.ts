import { z } from "zod";
import { judgeFreeze, type Closure } from "../../core/freeze/judge.ts";
import { environmentFacts } from "../../core/policy/facts.ts";
import { runRule } from "../rule.ts";

const operation = z.enum(["preview", "up", "destroy", "heal"]);

export const freezeWindows = runRule({
  name: "freeze-windows",
  description: "Nothing changes while the environment is frozen.",
  remediation: "Wait, or change safety.freeze in the environment document, which is a change that people review.",
  severity: "high",
  level: "mandatory",
  links: [],
  settings: z.strictObject({
    operations: z
      .array(operation)
      .default(["up", "destroy", "heal"])
      .describe("What a freeze stops: up, destroy, heal, preview."),
    environment: environmentFacts.prefault({}),
  }),
  check: ({ operation, time }, { operations, environment }) => {
    if (!operations.includes(operation)) return [];
    const closure = judgeFreeze(environment.freeze, new Date(time));
    return closure === undefined ? [] : [{ message: describe(closure, time) }];
  },
});

function describe({ reason, window, until }: Closure, time: string): string {
  const begins =
    window === undefined ? "" : ` (${JSON.stringify(window.cron)}, ${window.duration}, ${window.timezone})`;
  const end = until === undefined ? "" : `, until ${until.toISOString().replace(".000", "")}`;
  switch (reason) {
    case "deny":
      return `${time} is inside a window of safety.freeze that denies${begins}${end}`;
    case "outside":
      return `${time} is outside of every window of safety.freeze that allows${end}`;
    case "unknown":
      return `nobody can tell whether a window of safety.freeze has begun${begins}, so nothing may change`;
  }
}
