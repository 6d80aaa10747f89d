import { z } from "zod";
import { quote } from "../../errors/quote.ts";
import { suggestKind } from "../../manifest/kind.ts";
import { builtInKinds } from "../../plan/kinds.ts";
import { formats } from "../formats.ts";
import { text } from "./common.ts";

const sentence = z.string().min(1).max(500);

const day = text(formats.day).refine(isDay, {
  error: "There is no such day.",
  params: { fix: 'Write a day of the calendar, such as "2027-03-31".' },
});

const object = text(formats.objectPattern).check((context) => {
  const [, , kind, ...rest] = context.value.split("/");
  const problem = kind === undefined || rest.length !== 1 ? undefined : kindProblem(kind);
  if (problem !== undefined) context.issues.push({ code: "custom", input: context.value, ...problem });
});

/** An object that need not follow a rule, until a day. */
export const policyException = z
  .strictObject({
    rule: text(formats.ruleOrControl).describe('The rule, or a part of it: "image-tag-required", "rule/control".'),
    object: object.describe(
      'Which object: `<cluster>/<namespace or _>/<Kind.group>/<name>`, the name of a cloud resource, or of a rule about runs `run` or `application/<name>`; "*" stands for any text.',
    ),
    reason: sentence.describe("Why it need not follow the rule."),
    owner: sentence.describe("Who answers for it."),
    expires: day.describe("Last day on which it holds (YYYY-MM-DD, UTC). After it, it is a violation itself."),
  })
  .describe("An object that need not follow a rule, until a day.");

/** See `policyException`. */
export type PolicyException = z.infer<typeof policyException>;

function isDay(value: string): boolean {
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value);
}

/** A kind that no object can have would make an exception that nobody notices to be useless. */
function kindProblem(
  kind: string,
): { readonly message: string; readonly params: { readonly fix: string } } | undefined {
  if (kind.includes("*") || builtInKinds.has(kind)) return undefined;
  if (/^[a-z]/.test(kind)) {
    const [first = "", ...group] = kind.split(".");
    const meant = [suggestKind(first), ...group].join(".");
    return {
      message: `${quote(kind)} is no kind.`,
      params: { fix: `Did you mean ${quote(grouped(meant) ?? meant)}?` },
    };
  }
  const meant = grouped(kind);
  if (meant === undefined) return undefined;
  return { message: `${quote(kind)} lacks its API group.`, params: { fix: `Write ${quote(meant)}.` } };
}

/** The built-in kind, with its group, that a name without one means. */
function grouped(kind: string): string | undefined {
  return kind.includes(".") ? undefined : [...builtInKinds.keys()].find((known) => known.split(".")[0] === kind);
}
