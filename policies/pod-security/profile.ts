import { z } from "zod";
import { record } from "../../core/manifest/json.ts";
import { environmentFacts, tenantOfNamespace } from "../../core/policy/facts.ts";
import type { Subject } from "../subject.ts";

/** The newest version of Kubernetes whose standard the controls know; a later one changes nothing until they do. */
export const newestMinor = 36;

const profile = z.enum(["privileged", "baseline", "restricted"]);
const version = /^v?1\.(0|[1-9]\d*)(?:\.|$)/;

/** Settings of the rule `pod-security`. */
export const podSecuritySettings = z.strictObject({
  profile: profile
    .default("baseline")
    .describe("Profile of objects in namespaces that neither `namespaces` nor a tenant says anything about."),
  namespaces: z
    .record(z.string(), profile)
    .default({})
    .describe("Profiles by namespace. They go before what a tenant says."),
  version: z
    .string()
    .regex(/^(latest|v?1\.(0|[1-9]\d*))$/, 'must be "latest" or like "1.35"')
    .default("latest")
    .describe('Version of the standard: of Kubernetes "1.NN", or "latest", which is the version of the cluster.'),
  environment: environmentFacts.prefault({}),
});

/** See `podSecuritySettings`. */
export type PodSecuritySettings = z.infer<typeof podSecuritySettings>;

/** The profile that an object is held to. */
export function profileOf({ object, cluster }: Subject, settings: PodSecuritySettings): z.infer<typeof profile> {
  const { namespace } = record(object["metadata"]);
  const name = typeof namespace === "string" && namespace !== "" ? namespace : "default";
  const { environment, namespaces } = settings;
  const tenant = environment.tenants[tenantOfNamespace(environment, cluster, name) ?? ""];
  const own = Object.hasOwn(namespaces, name) ? namespaces[name] : undefined;
  return own ?? tenant?.podSecurity ?? settings.profile;
}

/** The minor version of the standard for an object. No cluster has a standard that is newer than itself. */
export function minorOf({ cluster }: Subject, { version: asked, environment }: PodSecuritySettings): number {
  const { clusters } = environment;
  const served = Object.hasOwn(clusters, cluster) ? clusters[cluster]?.version : undefined;
  return Math.min(minor(asked), minor(served));
}

function minor(text: string | undefined): number {
  const number = version.exec(text ?? "")?.[1];
  return number === undefined ? newestMinor : Number(number);
}
