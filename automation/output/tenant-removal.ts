import { record } from "../../core/manifest/json.ts";
import { kindGroup, type KubernetesObject } from "../../core/manifest/manifest.ts";
import { referenceOf } from "../../core/safety/removal.ts";
import type { StateObject } from "../status/state-objects.ts";
import { isForeign, type TenantContents } from "../tenants/contents.ts";
import { span, type Line } from "./line.ts";
import { count } from "./text.ts";

/** What would go with a tenant. */
export interface TenantLoss {
  readonly environment: string;
  readonly tenant: string;
  /** Names of its applications. */
  readonly applications: readonly string[];
  /** What the state knows of it and its applications. */
  readonly objects: readonly StateObject[];
  readonly contents: readonly TenantContents[];
}

/** Objects that one line names. */
const mostNamed = 10;

/** What `--json` prints. */
export function lossField({ environment, applications, objects, contents }: TenantLoss) {
  return {
    applications: [...applications],
    objects: objects.map(({ resourceName }) => resourceName),
    clusters: contents.map(({ cluster, namespaces, objects: inside, unlisted }) => ({
      cluster,
      namespaces: [...namespaces],
      claims: inside.filter(isClaim).map(claimField),
      foreign: inside.filter((object) => isForeign(environment, object) && !isClaim(object)).map(nameOf),
      unlisted: [...unlisted],
    })),
  };
}

/** The same for people. */
export function lossLines({ environment, tenant, applications, objects, contents }: TenantLoss): readonly Line[] {
  const counts = applications.map((name) => {
    const { length } = objects.filter(({ owner }) => owner === `application/${name}`);
    return `${name} (${length})`;
  });
  return [
    [span("strong", tenant), ` of ${environment} would go, and with it ${count(objects.length, "object")}`],
    [`  applications  ${counts.length === 0 ? "none" : counts.join(", ")}`],
    ...contents.flatMap((each) => clusterLines(environment, each)),
  ];
}

function clusterLines(
  environment: string,
  { cluster, namespaces, objects, unlisted }: TenantContents,
): readonly Line[] {
  const claims = objects.filter(isClaim);
  const foreign = objects.filter((object) => isForeign(environment, object) && !isClaim(object));
  return [
    [`  ${cluster}  `, span("delete", `namespaces ${namespaces.join(", ")}`), " with everything in them"],
    ...claims.map((claim): Line => {
      const { namespace, name, size, phase } = claimField(claim);
      return ["    ", span("bad", "data"), `  PersistentVolumeClaim ${namespace}/${name}  ${size}  ${phase}`];
    }),
    ...(foreign.length === 0
      ? []
      : [["    ", span("bad", "not ours"), `  ${named(foreign)}: nothing makes these again`]]),
    ...(unlisted.length === 0
      ? []
      : [["    ", span("bad", "unknown"), `  ${unlisted.join(", ")} could not be listed`]]),
  ];
}

function isClaim(object: KubernetesObject): boolean {
  return kindGroup(object) === "PersistentVolumeClaim";
}

function claimField(claim: KubernetesObject) {
  const { namespace } = claim.metadata;
  const status = record(claim["status"]);
  const asked = record(record(record(claim["spec"])["resources"])["requests"])["storage"];
  const size = record(status["capacity"])["storage"] ?? asked;
  const { phase } = status;
  return {
    namespace: typeof namespace === "string" ? namespace : "",
    name: claim.metadata.name,
    size: typeof size === "string" ? size : "of unknown size",
    phase: typeof phase === "string" ? phase : "",
  };
}

function nameOf(object: KubernetesObject): string {
  const { namespace, name } = object.metadata;
  return referenceOf({ kind: kindGroup(object), ...(typeof namespace === "string" ? { namespace } : {}), name });
}

function named(objects: readonly KubernetesObject[]): string {
  const shown = objects.slice(0, mostNamed).map(nameOf).join(", ");
  return objects.length > mostNamed ? `${shown} and ${objects.length - mostNamed} more` : shown;
}
