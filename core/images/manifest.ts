import { z } from "zod";
import { formats } from "../environment/formats.ts";

/** Media types of what a tag may lead to, the most general ones first: of an image for several platforms its index is meant. */
export const manifestTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
] as const;

const digest = z.string().regex(formats.digest.pattern);
const annotations = z.record(z.string(), z.string()).nullish();
const platform = z.object({ os: z.string().optional(), architecture: z.string().optional() }).nullish();

const schema = z.union([
  z.object({ manifests: z.array(z.object({ digest, platform })), annotations }),
  z.object({ config: z.object({ digest }), annotations }),
]);
const configSchema = z.object({ created: z.string().nullish() });
const annotation = "org.opencontainers.image.created";

/** What a manifest says of when its image was made, or which digest is to be asked next. */
export type CreatedStep =
  { readonly date: Date } | { readonly manifest: string } | { readonly config: string } | "unknown";

/** Reads a manifest, or an index of them: its first image stands for all. What is neither is `unknown`. */
export function readManifest(json: unknown): CreatedStep {
  const parsed = schema.safeParse(json);
  if (!parsed.success) return "unknown";
  const date = dateOf(parsed.data.annotations?.[annotation]);
  if (date !== undefined) return { date };
  if ("config" in parsed.data) return { config: parsed.data.config.digest };
  // Attestations are for no platform.
  const first = parsed.data.manifests.find(({ platform }) => platform?.os !== "unknown");
  return first === undefined ? "unknown" : { manifest: first.digest };
}

/** When an image was made, by its configuration. */
export function readConfig(json: unknown): CreatedStep {
  const date = dateOf(configSchema.safeParse(json).data?.created);
  return date === undefined ? "unknown" : { date };
}

/** Builds that can be reproduced say 1970 or 1980, and so nothing. */
function dateOf(text: string | null | undefined): Date | undefined {
  const date = new Date(text ?? "");
  return date.getTime() > Date.UTC(2000) ? date : undefined;
}
