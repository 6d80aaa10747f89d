import { z } from "zod";
import data from "./data.json" with { type: "json" };

const minor = z.string().regex(/^\d+\.\d+$/);

const lifecycle = z.strictObject({
  introduced: minor.optional(),
  deprecated: minor.optional(),
  removed: minor.optional(),
  replacement: z.string().optional(),
});

const table = z
  .strictObject({ newest: minor, modules: z.array(z.string()), kinds: z.record(z.string(), lifecycle) })
  .parse(data);

const kinds: ReadonlyMap<string, z.infer<typeof lifecycle>> = new Map(Object.entries(table.kinds));

/** The newest Kubernetes that the table knows, as `1.37`. Later ones may have removed more. */
export const newestKnown = table.newest;

/** The Go modules that the table was made from, with their versions. */
export const lifecycleModules: readonly string[] = table.modules;

/** What is known about a kind in one API version, or undefined for custom kinds and for what was never beyond alpha. */
export function lifecycleOf(apiVersion: string, kind: string): z.infer<typeof lifecycle> | undefined {
  return kinds.get(`${apiVersion}/${kind}`);
}
