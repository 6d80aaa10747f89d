import { parseResourceName, type ObjectIdentity } from "./identity.ts";

/** An object as messages call it: `Deployment.apps shop/web on eu`; what has no identity in its name, by that name. */
export function objectTitle(resourceName: string): string {
  const identity = parseResourceName(resourceName);
  return identity === undefined ? resourceName : identityTitle(identity);
}

/** What has this identity as messages call it: `Deployment.apps shop/web on eu`. */
export function identityTitle({ kind, namespace, name, cluster }: ObjectIdentity): string {
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`} on ${cluster}`;
}

/** Seconds as people write them: `90s`, `5m`, `1h`. */
export function durationTitle(seconds: number): string {
  if (seconds % 3600 === 0) return `${seconds / 3600}h`;
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
}
