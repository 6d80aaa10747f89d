import { Stash, type Resource } from "@pulumi/pulumi";

/**
 * A resource that is there when all of `after` are: what comes next depends on it alone. Making each resource depend
 * on each of those before it would grow the state with the product of both.
 */
export function barrier(name: string, parent: Resource, after: readonly Resource[]): Resource {
  return new Stash(`${name}-ready`, { input: name }, { parent, dependsOn: [...after] });
}
