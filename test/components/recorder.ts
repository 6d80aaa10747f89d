import assert from "node:assert/strict";
import type { RegisterResourceOutputsRequest, RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import { runtime, type ResourceHook, type ResourceHookFunction } from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks.js";
import { CallbackServer } from "@pulumi/pulumi/runtime/callbacks.js";
import { answeredByAws, createdByAws } from "./cluster/aws-mocks.ts";

/** One resource as the program registered it. URNs are given as `type::name`. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly parent: string;
  readonly provider: string;
  readonly dependsOn: readonly string[];
  readonly aliases: readonly string[];
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly secretOutputs: readonly string[];
  readonly deleteBeforeReplace: boolean;
  readonly timeouts: readonly string[];
  readonly ignoreChanges: readonly string[];
  readonly retainOnDelete: boolean;
  readonly protect: boolean;
  /** Names of the callbacks that the engine makes, by the step that they stand before or after. */
  readonly hooks: Readonly<Record<string, readonly string[]>>;
}

/** What a program registered, by name: names are unique in these tests. */
export interface Recording {
  readonly resources: ReadonlyMap<string, Registered>;
  /** Outputs of components, by name: the outcome of `registerOutputs`. */
  readonly outputs: ReadonlyMap<string, unknown>;
  /** What the engine could call back, by name. */
  readonly callbacks: ReadonlyMap<string, ResourceHookFunction>;
}

/** Types that the components create: anything else is a mistake. */
const known =
  /^(driftless:index:(Environment|Cluster|Tenant|Application)|pulumi:providers:kubernetes|pulumi:index:Stash|kubernetes:.+)$/;

/** How the engine marks secrets. */
const signature = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

const mocks: runtime.Mocks = {
  newResource: (args: runtime.MockResourceArgs) => {
    const { type, name } = args;
    const created = createdByAws(args);
    if (created !== undefined) return created;
    if (!known.test(type)) throw new Error(`unexpected resource ${type}`);
    return { id: `${name}-id`, state: args.inputs as Record<string, unknown> };
  },
  call: (args) => {
    const answer = answeredByAws(args);
    if (answer === undefined) throw new Error(`unexpected call of ${args.token}`);
    return answer;
  },
};

/**
 * Runs a program against a stand-in of the engine that records what is registered and refuses everything else.
 * @param failing Names of resources on which it fails, and goes on.
 */
export async function record(program: () => unknown, failing: ReadonlySet<string> = new Set()): Promise<Recording> {
  const resources = new Map<string, Registered>();
  const outputs = new Map<string, unknown>();
  const callbacks = new Map<string, ResourceHookFunction>();
  // The engine would refuse it; what is thrown in a callback of Pulumi's reaches nobody.
  const twice: string[] = [];
  const keep = <Value>(map: Map<string, Value>, name: string, value: Value): void => {
    if (map.has(name)) twice.push(name);
    map.set(name, value);
  };
  await runtime.setMocks(mocks, "driftless", "dev");
  const monitor: unknown = runtime.getMonitor();
  assert.ok(monitor instanceof MockMonitor);

  // Nobody calls back in these tests but the tests themselves.
  CallbackServer.prototype.registerResourceHook = (hook: ResourceHook) => {
    keep(callbacks, hook.name, hook.callback);
    return Promise.resolve();
  };

  // Pulumi's mocks see neither parents nor options: listen to the requests themselves.
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request: RegisterResourceRequest, callback) => {
    keep(resources, request.getName(), registered(request));
    return register(request, (error, response: object) => {
      callback(error, failing.has(request.getName()) ? failed(response) : response);
    });
  };
  const registerOutputs = monitor.registerResourceOutputs.bind(monitor);
  monitor.registerResourceOutputs = (request: RegisterResourceOutputsRequest, callback) => {
    keep(outputs, shortUrn(request.getUrn()).split("::")[1] ?? "", request.getOutputs()?.toJavaScript());
    registerOutputs(request, callback);
  };
  program();
  await runtime.disconnect();
  assert.deepEqual(twice, []);
  return { resources, outputs, callbacks };
}

/** What the engine answers, where it goes on, for a resource on which it failed: no outputs, and a result that says so. */
function failed(response: object): object {
  return Object.assign(Object.create(response) as object, { getObject: () => undefined, getResult: () => 1 });
}

function registered(request: RegisterResourceRequest): Registered {
  const timeouts = request.getCustomtimeouts();
  return {
    type: request.getType(),
    name: request.getName(),
    parent: shortUrn(request.getParent()),
    provider: shortUrn(request.getProvider().replace(/::[^:]*$/, "")),
    dependsOn: request.getDependenciesList().map(shortUrn).sort(),
    aliases: request.getAliasesList().map((alias) => alias.getSpec()?.getType() ?? alias.getUrn()),
    inputs: plain(request.getObject()?.toJavaScript() ?? {}) as Record<string, unknown>,
    secretOutputs: request.getAdditionalsecretoutputsList(),
    deleteBeforeReplace: request.getDeletebeforereplace(),
    timeouts: timeouts === undefined ? [] : [timeouts.getCreate(), timeouts.getUpdate(), timeouts.getDelete()],
    ignoreChanges: request.getIgnorechangesList(),
    retainOnDelete: request.getRetainondelete() === true,
    protect: request.getProtect() === true,
    hooks: hooksOf(request),
  };
}

function hooksOf(request: RegisterResourceRequest): Registered["hooks"] {
  const hooks = request.getHooks();
  const lists = {
    beforeCreate: hooks?.getBeforeCreateList() ?? [],
    beforeUpdate: hooks?.getBeforeUpdateList() ?? [],
    beforeDelete: hooks?.getBeforeDeleteList() ?? [],
    afterDelete: hooks?.getAfterDeleteList() ?? [],
  };
  return Object.fromEntries(Object.entries(lists).filter(([, names]) => names.length > 0));
}

/** `urn:pulumi:dev::driftless::parent$type::name` → `type::name`. */
function shortUrn(urn: string): string {
  const [, , types = "", name = ""] = urn.split("::");
  return urn === "" ? "" : `${types.slice(types.lastIndexOf("$") + 1)}::${name}`;
}

/** Inputs with every secret as `{ secret: value }`. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  if (signature in value && value[signature] === secretSignature && "value" in value)
    return { secret: plain(value.value) };
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}
