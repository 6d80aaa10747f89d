import { z } from "zod";
import { quote } from "../../errors/quote.ts";
import { longestExpression, parseExpression } from "../../health/cel.ts";
import { nameOf } from "../../health/custom.ts";

const expression = z
  .string()
  .min(1)
  .max(longestExpression)
  .check((context) => {
    const parsed = parseExpression(context.value);
    if (!("problem" in parsed)) return;
    const message = `The expression is wrong at character ${parsed.character}: ${parsed.problem}.`;
    const fix =
      "Write a CEL expression over `metadata`, `spec`, `status`, `data` or `self`, such as `status.phase == 'Ready'`.";
    context.issues.push({ code: "custom", input: context.value, message, params: { fix } });
  });

const check = z.strictObject({
  apiVersion: z
    .string()
    .regex(/^([a-z0-9][a-z0-9.-]{0,252}\/)?v[a-z0-9]{1,62}$/)
    .describe("API version of the objects; only its group counts."),
  kind: z
    .string()
    .regex(/^[A-Z][A-Za-z0-9]{0,62}$/)
    .describe("Kind of the objects."),
  healthy: expression.describe("True when the object does what it is for."),
  progressing: expression.optional().describe("True while it is on its way; asked first."),
  degraded: expression.optional().describe("True when it will not get there by itself; asked second."),
  suspended: expression.optional().describe("True when it was stopped on purpose; asked third."),
});

/** How kinds are judged that the built-in checks do not know, or know wrong. */
export const healthChecks = z
  .array(check)
  .max(200)
  .check((context) => {
    const seen = new Set<string>();
    context.value.forEach((item, index) => {
      const name = nameOf(item);
      if (seen.has(name)) {
        const message = `There are two checks for ${quote(name)}.`;
        context.issues.push({ code: "custom", input: item, path: [index], message, params: { fix: "Remove one." } });
      }
      seen.add(name);
    });
  })
  .default([])
  .describe(
    "How objects of a kind are judged: expressions of the Common Expression Language (CEL) over the live object.",
  );
