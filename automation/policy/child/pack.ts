import { registerHooks } from "node:module";

/** A rule's function, with the resource type to which the SDK confines it. */
export type Validate = ((args: object, report: Report) => unknown) & { readonly __pulumiType?: unknown };
/** A function that changes what it is shown. */
export type Remediate = ((args: object) => unknown) & { readonly __pulumiType?: unknown };
/** What a rule calls for each violation: with a text, or in the words of newer SDKs. */
export type Report = (message: unknown, urn?: string) => void;

/** A rule as it is handed to the SDK. */
export interface Rule {
  readonly name: string;
  readonly description?: string;
  readonly enforcementLevel?: string;
  readonly severity?: string;
  readonly remediationSteps?: string;
  readonly url?: string;
  readonly scope?: unknown;
  readonly links?: unknown;
  readonly configSchema?: { readonly properties?: object; readonly required?: readonly string[] };
  readonly validateResource?: Validate | readonly Validate[];
  readonly validateStack?: Validate;
  readonly remediateResource?: Remediate;
}

/** A pack as it is handed to the SDK. */
export interface Pack {
  readonly name: string;
  readonly version: string;
  readonly level: string;
  readonly rules: readonly Rule[];
  readonly initial: unknown;
}

const serve = Symbol.for("driftless.policy.serve");
const registry = globalThis as unknown as Record<symbol, (...args: unknown[]) => void>;

/**
 * Loads a pack from the URL of its entry file. A stand-in takes the place of the SDK's gRPC server: what a pack hands to
 * that is all that is needed. Throws whatever the pack throws, and for anything but one pack.
 */
export async function loadPack(entry: string): Promise<Pack> {
  const packs: Pack[] = [];
  registry[serve] = (name, version, level, args, initial) => {
    const rules = (args as { readonly policies?: readonly Rule[] }).policies ?? [];
    packs.push({ name: String(name), version: String(version), level: String(level), rules, initial });
  };
  registerHooks({
    load: (url, context, next) =>
      /\/@pulumi\/policy\/server\.js$/.test(url)
        ? {
            format: "commonjs",
            source: `exports.serve = (...args) => globalThis[Symbol.for("driftless.policy.serve")](...args);`,
            shortCircuit: true,
          }
        : next(url, context),
  });
  await import(entry);
  const [pack, ...more] = packs;
  if (pack === undefined) throw new Error("it defines no policy pack");
  if (more.length > 0) throw new Error("it defines more than one policy pack");
  return pack;
}

/** What a pack says of itself: see `description` of the protocol. */
export function describePack({ name, version, level, initial, rules }: Pack): object {
  return { name, version, level, initial: initial ?? {}, rules: rules.map(describeRule) };
}

function describeRule(rule: Rule): object {
  const { name, description, enforcementLevel, severity, remediationSteps, url, configSchema } = rule;
  return {
    ...{ name, description, level: enforcementLevel, severity, remediation: remediationSteps, url },
    ...{ properties: configSchema === undefined ? undefined : (configSchema.properties ?? {}) },
    required: configSchema?.required,
    ...{ scope: rule.scope, links: rule.links },
    resource: rule.validateResource !== undefined,
    stack: rule.validateStack !== undefined,
    remediates: rule.remediateResource !== undefined,
  };
}
