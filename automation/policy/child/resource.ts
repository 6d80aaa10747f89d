import type { CheckRequest } from "../protocol.ts";

/** A resource that rules are asked about. */
export type Resource = CheckRequest["resources"][number];

/** A resource as the SDK shows it to a rule. */
export function argsOf({ type, name, urn, props, parent }: Resource): object {
  return {
    ...{ type, name, urn, props },
    opts: {
      ...{ protect: false, ignoreChanges: [], aliases: [], additionalSecretOutputs: [] },
      customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
      ...(parent === undefined ? {} : { parent }),
    },
    isType: (resourceClass: unknown) => isTypeOf(type, resourceClass),
    asType: (resourceClass: unknown) => (isTypeOf(type, resourceClass) ? props : undefined),
  };
}

/** The same with properties of its own, that a rule may write to. */
export function copiedArgsOf(resource: Resource): object {
  return argsOf({ ...resource, props: structuredClone(resource.props) });
}

/** Resources of a stack as its rules see them: each with its parent. */
export function stackOf(resources: readonly Resource[]): readonly object[] {
  const all = resources.map((resource) => ({
    ...argsOf(resource),
    ...{ dependencies: [], propertyDependencies: {}, parent: undefined as object | undefined },
  }));
  const known = new Map(resources.map(({ urn }, at) => [urn, all[at]]));
  resources.forEach(({ parent }, at) => {
    const resource = all[at];
    const found = known.get(parent ?? "");
    if (resource !== undefined && found !== undefined) resource.parent = found;
  });
  return all;
}

/** A value that no rule can change any more. */
export function freeze<Value>(value: Value): Value {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.values(value).forEach(freeze);
    Object.freeze(value);
  }
  return value;
}

function isTypeOf(type: string, resourceClass: unknown): boolean {
  const { __pulumiType: own, isInstance } = Object(resourceClass) as {
    readonly __pulumiType?: unknown;
    readonly isInstance?: unknown;
  };
  if (typeof own === "string" && own !== "") return own === type;
  return typeof isInstance === "function" && isInstance.call(resourceClass, { __pulumiType: type }) === true;
}
