import { writeSync } from "node:fs";
import { enableCompileCache, registerHooks } from "node:module";
import { Socket } from "node:net";
import type { JsonObject } from "../../core/manifest/manifest.ts";
import type { CheckRequest, OpenRequest } from "./protocol.ts";

/*
 * Entry of the process that runs one policy pack without the engine. It loads the pack as the engine would, but takes
 * its rules instead of serving them, and then asks the rules itself. Nothing but Node.js is imported: a start counts.
 */

type Resource = CheckRequest["resources"][number];
type Report = (message: unknown, urn?: string) => void;
type Validate = ((args: object, report: Report) => unknown) & { readonly __pulumiType?: unknown };
type Remediate = ((args: object) => unknown) & { readonly __pulumiType?: unknown };

interface Policy {
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

interface Pack {
  readonly name: string;
  readonly version: string;
  readonly level: string;
  readonly policies: readonly Policy[];
  readonly initial: unknown;
}

const answers = 3;
const serve = Symbol.for("driftless.policy.serve");
const registry = globalThis as unknown as Record<symbol, (...args: unknown[]) => void>;
const packs: Pack[] = [];
let current: { rule?: number; urn?: string } = {};

class NotApplicable extends Error {}

/** Takes the place of the SDK's gRPC server: what a pack hands to it is all that is needed. */
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
registry[serve] = (name, version, level, args, initial) => {
  const policies = (args as { readonly policies?: readonly Policy[] }).policies ?? [];
  packs.push({ name: String(name), version: String(version), level: String(level), policies, initial });
};

function say(answer: object): void {
  const line = Buffer.from(`${JSON.stringify(answer)}\n`);
  for (let at = 0; at < line.length;) at += writeSync(answers, line, at);
}

function sayFailure(error: unknown): void {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  // Node.js puts the place of a mistake in the code before the error.
  const place = error instanceof SyntaxError ? /^(?:file:\/\/)?(\/.+:\d+)$/m.exec(error.stack ?? "")?.[1] : undefined;
  say({ failed: { message, ...(place === undefined ? {} : { place }), ...current } });
}

async function open({ entry, compileCache }: OpenRequest): Promise<void> {
  enableCompileCache(compileCache);
  await import(entry);
  const [pack, ...more] = packs;
  if (pack === undefined) throw new Error("it defines no policy pack");
  if (more.length > 0) throw new Error("it defines more than one policy pack");
  const { name, version, level, initial } = pack;
  say({ opened: { name, version, level, initial: initial ?? {}, rules: pack.policies.map(describe) } });
}

function describe(policy: Policy): object {
  const { name, description, enforcementLevel, severity, remediationSteps, url, configSchema } = policy;
  return {
    ...{ name, description, level: enforcementLevel, severity, remediation: remediationSteps, url },
    ...{ properties: configSchema === undefined ? undefined : (configSchema.properties ?? {}) },
    required: configSchema?.required,
    ...{ scope: policy.scope, links: policy.links },
    resource: policy.validateResource !== undefined,
    stack: policy.validateStack !== undefined,
    remediates: policy.remediateResource !== undefined,
  };
}

async function check({ resources, work, rules }: CheckRequest): Promise<void> {
  const policies = packs[0]?.policies ?? [];
  const violations: object[] = [];
  const changed = new Map<number, { readonly rule: number; readonly resource: number; readonly props: JsonObject }>();
  const frozen = work === "remediate" ? resources : resources.map(freeze);
  for (const { index, settings } of rules) {
    const policy = policies[index];
    if (policy === undefined) continue;
    say({ at: index });
    const asked = { getConfig: () => ({ ...settings }), stackTags: new Map(), notApplicable };
    const report =
      (about: string, found: object[]): Report =>
      (message, urn) =>
        void found.push(reported(index, policy, message, urn ?? about));
    if (work === "stack") {
      if (policy.validateStack !== undefined) {
        await askStack(policy.validateStack, { resources: frozen, asked, index, report, violations });
      }
      continue;
    }
    const validations = policy.validateResource === undefined ? [] : [policy.validateResource].flat();
    for (const [at, resource] of frozen.entries()) {
      current = { rule: index, urn: resource.urn };
      if (work === "remediate") {
        const before = { ...resource, props: changed.get(at)?.props ?? resource.props };
        const props = await remediated(policy, before, asked);
        if (props !== undefined) changed.set(at, { rule: index, resource: at, props });
        continue;
      }
      for (const validate of validations) {
        // As in the engine: only a single function says to which type it is confined.
        if (validations.length === 1 && !confined(validate, resource.type)) continue;
        const done = ask(
          validate,
          { ...argsOf(resource), ...asked },
          (found) => report(resource.urn, found),
          () => ({
            ...argsOf({ ...resource, props: structuredClone(resource.props) }),
            ...asked,
          }),
        );
        // Most rules answer at once; waiting for each would take longer than they do.
        violations.push(...(done instanceof Promise ? await done : done));
      }
    }
  }
  current = {};
  say({ done: { violations, changed: [...changed.values()] } });
}

async function askStack(
  validate: Validate,
  {
    resources,
    asked,
    index,
    report,
    violations,
  }: {
    readonly resources: readonly Resource[];
    readonly asked: object;
    readonly index: number;
    readonly report: (about: string, found: object[]) => Report;
    readonly violations: object[];
  },
): Promise<void> {
  current = { rule: index };
  const type = validate.__pulumiType;
  if (typeof type === "string" && type !== "" && !resources.some((resource) => resource.type === type)) return;
  const args = (list: readonly Resource[]): object => ({ resources: linked(list), ...asked });
  const found = await ask(
    validate,
    args(resources),
    (list) => report("", list),
    () => args(structuredClone(resources)),
  );
  violations.push(...found);
}

/**
 * Asks one function. Resources are frozen, so that no rule can show another one something else than there is; one that
 * writes to what it is shown, as it may in the engine, is asked again with a copy of its own.
 */
function ask(
  validate: Validate,
  args: object,
  report: (found: object[]) => Report,
  copy: () => object,
): object[] | Promise<object[]> {
  const found: object[] = [];
  const again = (error: unknown): object[] | Promise<object[]> => {
    if (error instanceof NotApplicable) return found;
    if (!(error instanceof TypeError)) throw error;
    const second: object[] = [];
    const passOver = (problem: unknown): object[] => {
      if (problem instanceof NotApplicable) return second;
      throw problem;
    };
    try {
      const result = validate(copy(), report(second));
      return isPromise(result) ? result.then(() => second, passOver) : second;
    } catch (problem) {
      return passOver(problem);
    }
  };
  try {
    const result = validate(args, report(found));
    return isPromise(result) ? result.then(() => found, again) : found;
  } catch (error) {
    return again(error);
  }
}

async function remediated(policy: Policy, resource: Resource, asked: object): Promise<JsonObject | undefined> {
  const { remediateResource } = policy;
  if (remediateResource === undefined || !confined(remediateResource, resource.type)) return undefined;
  try {
    const props = await remediateResource({
      ...argsOf({ ...resource, props: structuredClone(resource.props) }),
      ...asked,
    });
    return typeof props === "object" && props !== null ? (revealed(props) as JsonObject) : undefined;
  } catch (error) {
    if (error instanceof NotApplicable) return undefined;
    throw error;
  }
}

function argsOf({ type, name, urn, props, parent }: Resource): object {
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

/** Resources of a stack as its rules see them: each with its parent. */
function linked(resources: readonly Resource[]): readonly object[] {
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

function confined({ __pulumiType: type }: Validate | Remediate, found: string): boolean {
  return typeof type !== "string" || type === "" || type === found;
}

function isTypeOf(type: string, resourceClass: unknown): boolean {
  const { __pulumiType: own, isInstance } = Object(resourceClass) as {
    readonly __pulumiType?: unknown;
    readonly isInstance?: unknown;
  };
  if (typeof own === "string" && own !== "") return own === type;
  return typeof isInstance === "function" && isInstance.call(resourceClass, { __pulumiType: type }) === true;
}

function reported(rule: number, policy: Policy, found: unknown, urn: string): object {
  if (typeof found !== "object" || found === null) {
    const message = typeof found === "string" && found !== "" ? found : (policy.description ?? "");
    return { rule, message, urn };
  }
  const { message, description, enforcementLevel, severity, urn: own } = found as Record<string, unknown>;
  const text = [message, description, policy.description].find((each) => typeof each === "string" && each !== "");
  return { rule, message: text ?? "", urn: own ?? urn, level: enforcementLevel, severity };
}

function notApplicable(reason?: string): never {
  throw new NotApplicable(reason);
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === "object" && value !== null && "then" in value;
}

function freeze<Value>(value: Value): Value {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.values(value).forEach(freeze);
    Object.freeze(value);
  }
  return value;
}

/** What a remediation returns, with the SDK's Secrets as what they hold. */
function revealed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revealed);
  if (typeof value !== "object" || value === null) return value;
  if (value.constructor.name === "Secret" && "value" in value) return revealed(value.value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, revealed(item)]));
}

/**
 * Lines of standard input; a line of all resources is long, so its pieces are joined once. A socket, because a file that
 * is being read would keep the process from ending.
 */
async function* requests(): AsyncGenerator<unknown> {
  let pieces: Buffer[] = [];
  for await (const data of new Socket({ fd: 0 })) {
    let rest = data as Buffer;
    for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10)) {
      yield JSON.parse(Buffer.concat([...pieces, rest.subarray(0, end)]).toString("utf8"));
      pieces = [];
      rest = rest.subarray(end + 1);
    }
    if (rest.length > 0) pieces.push(rest);
  }
}

let opened = false;
for await (const request of requests()) {
  current = {};
  try {
    if (opened) await check(request as CheckRequest);
    else await open(request as OpenRequest);
    opened = true;
  } catch (error) {
    sayFailure(error);
  }
}
