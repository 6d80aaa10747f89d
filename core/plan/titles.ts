import { parseResourceName } from "./identity.ts";

/** An object as messages call it: `Deployment.apps shop/web on eu`. */
export function objectTitle(resourceName: string): string {
  const identity = parseResourceName(resourceName);
  if (identity === undefined) return resourceName;
  const { kind, namespace, name, cluster } = identity;
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`} on ${cluster}`;
}

/** Seconds as people write them: `90s`, `5m`, `1h`. */
export function durationTitle(seconds: number): string {
  if (seconds % 3600 === 0) return `${seconds / 3600}h`;
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
}
