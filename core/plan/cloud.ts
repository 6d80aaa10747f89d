import { parseUrn, type ObjectIdentity } from "./identity.ts";

/**
 * Something that is made for a cluster where it runs, such as its VPC: no object of Kubernetes. Its kind is written as those
 * of objects are, `Subnet.ec2.aws`, and its name says what part of the cluster it is, `subnet/private-1`.
 */
export type CloudResource = Pick<ObjectIdentity, "cluster" | "kind" | "name">;

/** What a URN of the `aws` provider stands for; undefined for anything else. */
export function cloudOfUrn(urn: string): CloudResource | undefined {
  const { type = "", name = "" } = parseUrn(urn) ?? {};
  const [, service, kind] = /^aws:(\w+)\/\w+:(\w+)$/.exec(type) ?? [];
  const at = name.indexOf("/");
  if (service === undefined || kind === undefined || at <= 0) return undefined;
  return { cluster: name.slice(0, at), kind: `${kind}.${service}.aws`, name: name.slice(at + 1) };
}
