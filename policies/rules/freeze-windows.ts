import { z } from "zod";
import { closedLevel, type FreezeLevel, type LevelClosure } from "../../core/freeze/levels.ts";
import { environmentLevel, levelsOf, ownLevels, untilOpening } from "../../core/freeze/owner.ts";
import { environmentFacts } from "../../core/policy/facts.ts";
import { freezeRule } from "../../core/policy/run.ts";
import { runRule } from "../rule.ts";

const operation = z.enum(["preview", "up", "destroy", "heal"]);

export const freezeWindows = runRule({
  name: freezeRule,
  description:
    "Nothing changes while the environment is frozen, and nothing of a tenant or an application while that is.",
  remediation:
    "Wait until it opens, or change safety.freeze in the environment document, which is a change that people review.",
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
  check: ({ operation, time, owners }, { operations, environment }) => {
    if (!operations.includes(operation) || owners.length === 0) return [];
    const at = new Date(time);
    const closed = (own: readonly FreezeLevel[], all: readonly FreezeLevel[], what: string): readonly string[] => {
      const closure = closedLevel(own, at);
      return closure === undefined ? [] : [`${what}${describe(untilOpening(closure, all, at), time)}`];
    };
    const whole = [environmentLevel(environment)];
    return [
      ...closed(whole, whole, "").map((message) => ({ message })),
      ...owners.flatMap((object) =>
        closed(
          ownLevels(environment, object),
          levelsOf(environment, object),
          `${nameOf(object)} would change, and `,
        ).map((message) => ({ object, message })),
      ),
    ];
  },
});

/** `application/web` as messages call it. */
function nameOf(owner: string): string {
  const [kind = "", name = ""] = owner.split("/");
  return `${kind} ${JSON.stringify(name)}`;
}

function describe({ reason, window, until, field }: LevelClosure, time: string): string {
  const begins =
    window === undefined ? "" : ` (${JSON.stringify(window.cron)}, ${window.duration}, ${window.timezone})`;
  const end = until === undefined ? "" : `, until ${until.toISOString().replace(".000", "")}`;
  switch (reason) {
    case "deny":
      return `${time} is inside a window of ${field} that denies${begins}${end}`;
    case "outside":
      return `${time} is outside of every window of ${field} that allows${end}`;
    case "unknown":
      return `nobody can tell whether a window of ${field} has begun${begins}, so nothing may change`;
  }
}
