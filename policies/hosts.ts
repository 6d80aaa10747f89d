import { isList, record } from "../core/manifest/json.ts";
import type { Json, JsonObject, Path } from "../core/manifest/manifest.ts";

/** A host that an object takes the traffic of; `*` for every host. */
export interface ServedHost {
  /** In lower case, without a dot at its end. */
  readonly host: string;
  readonly path: Path;
}

const routes: readonly Json[] = ["HTTPRoute", "GRPCRoute", "TLSRoute"];

/** True for an Ingress, in whichever group it has been. */
export function isIngress({ apiVersion, kind }: JsonObject): boolean {
  return kind === "Ingress" && inGroup(apiVersion, ["networking.k8s.io", "extensions"]);
}

/** True for a Gateway of the Gateway API. */
export function isGateway({ apiVersion, kind }: JsonObject): boolean {
  return kind === "Gateway" && inGroup(apiVersion, ["gateway.networking.k8s.io"]);
}

/** True for a route of the Gateway API that hosts belong to. */
function isRoute({ apiVersion, kind }: JsonObject): boolean {
  return kind !== undefined && routes.includes(kind) && inGroup(apiVersion, ["gateway.networking.k8s.io"]);
}

/** The hosts that an Ingress, a route or a Gateway takes the traffic of, and those by which external-dns names an object. */
export function servedHosts(object: JsonObject): readonly ServedHost[] {
  return [...namedHosts(object), ...hostsOfSpec(object, record(object["spec"]))];
}

/** Annotations by which external-dns gives any object names, separated by commas. */
const dnsAnnotations = ["hostname", "internal-hostname"].map((name) => `external-dns.alpha.kubernetes.io/${name}`);

function namedHosts(object: JsonObject): readonly ServedHost[] {
  const annotations = record(record(object["metadata"])["annotations"]);
  return dnsAnnotations.flatMap((name) => hostsIn(annotations[name], ["metadata", "annotations", name]));
}

function hostsOfSpec(object: JsonObject, spec: JsonObject): readonly ServedHost[] {
  if (isIngress(object)) return ingressHosts(object, spec);
  if (isRoute(object)) {
    const hosts = listed(spec["hostnames"], ["spec", "hostnames"]);
    return hosts.length === 0 ? [{ host: "*", path: ["spec", "hostnames"] }] : hosts;
  }
  if (!isGateway(object)) return [];
  // A listener without a host serves those of the routes, which are looked at themselves.
  return elements(spec["listeners"]).flatMap(({ value, index }) =>
    value["hostname"] === undefined || value["hostname"] === null
      ? []
      : [served(value["hostname"], ["spec", "listeners", index, "hostname"])],
  );
}

/** Annotation by which ingress-nginx takes more hosts, separated by commas. */
const aliasAnnotation = "nginx.ingress.kubernetes.io/server-alias";

function ingressHosts(object: JsonObject, spec: JsonObject): readonly ServedHost[] {
  const alias = record(record(object["metadata"])["annotations"])[aliasAnnotation];
  const path = ["metadata", "annotations", aliasAnnotation];
  return [
    ...["defaultBackend", "backend"].flatMap((field) =>
      spec[field] === undefined || spec[field] === null ? [] : [{ host: "*", path: ["spec", field] }],
    ),
    ...elements(spec["rules"]).map(({ value, index }) => served(value["host"], ["spec", "rules", index, "host"])),
    ...elements(spec["tls"]).flatMap(({ value, index }) => listed(value["hosts"], ["spec", "tls", index, "hosts"])),
    ...hostsIn(alias, path),
  ];
}

function hostsIn(text: Json | undefined, path: Path): readonly ServedHost[] {
  return typeof text === "string" ? text.split(",").map((host) => served(host.trim(), path)) : [];
}

function listed(list: Json | undefined, path: Path): readonly ServedHost[] {
  return isList(list) ? list.map((host, index) => served(host, [...path, index])) : [];
}

function served(host: Json | undefined, path: Path): ServedHost {
  const text = typeof host === "string" ? host.toLowerCase().replace(/\.$/, "") : "";
  return { host: text === "" ? "*" : text, path };
}

function elements(list: Json | undefined): readonly { readonly value: JsonObject; readonly index: number }[] {
  return isList(list) ? list.map((value, index) => ({ value: record(value), index })) : [];
}

function inGroup(apiVersion: Json | undefined, groups: readonly string[]): boolean {
  return typeof apiVersion === "string" && groups.some((group) => apiVersion.startsWith(`${group}/`));
}

/** True if a host, or every host that a wildcard stands for, is a domain or below it. */
export function isInDomain(host: string, domain: string): boolean {
  const wanted = domain.toLowerCase().replace(/^\*\./, "").replace(/\.$/, "");
  if (wanted === "" || !/^(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(host)) return false;
  return host === wanted || host.endsWith(`.${wanted}`);
}

/** True if a certificate for a host, perhaps a wildcard, is good for another: a wildcard stands for one label. */
export function certifies(certificate: string, host: string): boolean {
  if (certificate === host) return true;
  return (
    certificate.startsWith("*.") && !host.startsWith("*") && host.slice(host.indexOf(".")) === certificate.slice(1)
  );
}
