import { z } from "zod";
import { quote } from "../../errors/quote.ts";
import { durationSeconds } from "../duration.ts";
import { formats, type Format } from "../formats.ts";

const longestTimeoutSeconds = 24 * 3600;

/** A text of a known format. */
export const text = (format: Format) => z.string().regex(format.pattern, { abort: true });
/** A name as Kubernetes takes it for most objects. */
export const name = text(formats.name);

// Whether a path stays inside the source depends on other fields: references.ts checks it. Editors check the form.
/** A path inside the source. */
export const path = z
  .string()
  .min(1)
  .max(1024)
  .meta({ pattern: String.raw`^(?!/)(?!.*://)[^\\]+$` });

/** A path inside the source that may begin at its root, with a slash. */
export const sourcePath = z
  .string()
  .min(1)
  .max(1024)
  .meta({ pattern: String.raw`^(?!//)(?!.*://)[^\\]+$` });

/** A list in which nothing stands twice. */
export const distinct = (item: z.ZodString, minimum = 0) =>
  z
    .array(item)
    .min(minimum)
    .check((context) => {
      const seen = new Set<string>();
      context.value.forEach((value, index) => {
        if (seen.has(value)) {
          const message = `${quote(value)} stands in the list twice.`;
          context.issues.push({ code: "custom", input: value, path: [index], message, params: { fix: "Remove one." } });
        }
        seen.add(value);
      });
    })
    .meta({ uniqueItems: true });

/** A duration such as `5m`: longer than nothing, at most a day. */
export const duration = text(formats.duration).refine(
  (value) => durationSeconds(value) > 0 && durationSeconds(value) <= longestTimeoutSeconds,
  { error: "The duration must be longer than nothing and at most 24h.", params: { fix: 'Write, say, "5m".' } },
);

/** Kubernetes quantities by resource name. */
export const quantities = z.record(text(formats.resourceName), text(formats.quantity));
