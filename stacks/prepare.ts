import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { EnvironmentArgs } from "../components/environment.ts";
import type { KubeconfigContext, Reveal } from "../core/cluster/kubeconfig-files.ts";
import { identitiesVariable, type Identities } from "../core/cluster/identity.ts";
import { unjudged } from "../core/approvals/unjudged.ts";
import { approvalsVariable } from "../core/approvals/variable.ts";
import { watchPin } from "../core/environment/pin-watch.ts";
import { blockedInPlan } from "../core/blocked/judge.ts";
import { readBlockList, type PlacedEntry } from "../core/blocked/list.ts";
import { failure, throwErrors } from "../core/errors/error.ts";
import { formatFinding, type Finding } from "../core/errors/finding.ts";
import { parseActing } from "../core/plan/acting.ts";
import { computePlan } from "../core/plan/compute.ts";
import { healthChecksOf } from "../core/health/custom.ts";
import { planWithout } from "../core/plan/left-out.ts";
import type { EnvironmentPlan } from "../core/plan/plan.ts";
import type { RenderTools } from "../core/render/renderer.ts";
import { readIdentity } from "../live/identity.ts";
import { record } from "../core/manifest/json.ts";
import type { Json, JsonObject } from "../core/manifest/manifest.ts";
import { rollbacksOutput } from "../core/rollback/output.ts";
import { pendingRollbacks, rolledBackInPlan } from "../core/rollback/pending.ts";
import { GivingWay } from "../live/giving-way.ts";
import { ApiServer } from "../live/api-server.ts";
import { ClusterDelivery } from "../live/delivery.ts";
import { holdsRoles } from "../live/deployer.ts";
import { findTool, type Tool, type ToolContext, type ToolName } from "../toolchain/toolchain.ts";
import { clusterAccesses } from "./cluster-access.ts";

const identityTimeoutMs = 5_000;

/** What a run of the program starts from. */
export interface Start {
  /** Folder in or below the project: absolute path. */
  readonly from: string;
  /** Name of the environment, which is the stack's. */
  readonly environment: string;
  /** The machine cache: absolute path. */
  readonly cache: string;
  /** True for a run that changes nothing. */
  readonly preview: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Gets kubeconfigs that the engine keeps. Default: they cannot be had. */
  readonly reveal?: Reveal;
  /** Reads the outputs that the last update left. Default: there was none. */
  readonly outputs?: () => Promise<JsonObject>;
}

/** Everything that the components need, and what is worth knowing about it. */
export interface Prepared extends EnvironmentArgs {
  readonly warnings: readonly string[];
  /** What the outputs said of rollbacks that Git does not know, to be said again: see core/rollback/output.ts. */
  readonly rollbacks: Json;
}

/**
 * Does all that can fail before any resource exists: plans the environment, checks that it is what was reviewed and
 * finds the way to its clusters.
 * @throws {DriftlessError} with everything that is wrong; nothing was touched.
 */
export async function prepare(start: Start): Promise<Prepared> {
  const { environment, cache, env, reveal, outputs = noOutputs } = start;
  const project = projectRoot(start.from);
  const tools = await renderTools({ cache, env, progress: () => undefined });
  const [computed, kept] = await Promise.all([computePlan({ project, environment, cache, env, tools }), outputs()]);
  const { plan: whole } = computed;
  refuseOtherPlan(whole, env["DRIFTLESS_PLAN_DIGEST"]);
  const unapproved = env[approvalsVariable] === "judged" ? [] : unjudged(computed);
  if (!start.preview) throwErrors(unapproved);
  // What is there already may be deleted and put back whatever it is; bringing it in is another matter.
  if (env["DRIFTLESS_BLOCKED"] !== "allow") throwErrors(keptOut(await readBlockList(project), kept, whole));
  const plan = planWithout(whole, new Set(namesIn(env["DRIFTLESS_LEFT_OUT"])));
  const orphan = env["DRIFTLESS_ORPHAN"] === "true";
  const access: KubeconfigContext = { project, env, reveal };
  const clusters = await clusterAccesses(plan, access, orphan);
  const specs = new Map(plan.clusters.map(({ name, spec }) => [name, spec]));
  const waits = new ClusterDelivery(specs, access, healthChecksOf(plan.healthChecks));
  const delivery = new GivingWay(waits, watchPin(project, environment, plan.revision));
  return {
    plan,
    clusters,
    identities: toldIdentities(env) ?? (await readIdentities(plan, access)),
    delivery,
    acting: parseActing(env["DRIFTLESS_ACTING"]),
    ...(start.preview ? { withoutRights: await tenantsWithoutRights(plan, access) } : {}),
    wait: env["DRIFTLESS_WAIT"] !== "no",
    confirmed: namesIn(env["DRIFTLESS_CONFIRM"]),
    orphan,
    warnings: [...unapproved, ...computed.warnings].map(formatFinding),
    rollbacks: kept[rollbacksOutput] ?? [],
  };
}

const noOutputs = (): Promise<JsonObject> => Promise.resolve({});

/** What must not come in: by the block list, and by rollbacks that the list does not say yet. */
function keptOut(list: readonly PlacedEntry[], outputs: JsonObject, plan: EnvironmentPlan): readonly Finding[] {
  return [...blockedInPlan(list, plan), ...rolledBackInPlan(pendingRollbacks(outputs), list, plan)];
}

function namesIn(list = ""): readonly string[] {
  return list.split(",").filter((name) => name !== "");
}

/**
 * A preview asks the clusters what they would say to each object. As a deployer that the update will first make, it would
 * be refused: there the environment's own credentials ask. A cluster that cannot be read is left to the run itself.
 */
async function tenantsWithoutRights(
  { clusters, tenants }: EnvironmentPlan,
  context: KubeconfigContext,
): Promise<ReadonlySet<string>> {
  const missing = clusters.map(async ({ name, spec }) => {
    const own = tenants.filter((tenant) => tenant.deployer !== undefined && tenant.clusters.includes(name));
    if (own.length === 0) return [];
    const planned = own.map(({ objects }) => objects.filter(({ cluster }) => cluster === name));
    const held = await holdsRoles(await ApiServer.open(name, spec, context), planned);
    return own.filter((_, at) => held[at] !== true).map((tenant) => `${name}/${tenant.name}`);
  });
  const settled = await Promise.allSettled(missing);
  return new Set(settled.flatMap((each) => (each.status === "fulfilled" ? each.value : [])));
}

/** Who the clusters are, by the word of a command line that has asked them. */
function toldIdentities(env: Start["env"]): Identities | undefined {
  const told = env[identitiesVariable];
  if (told === undefined || told === "") return undefined;
  const parsed = JSON.parse(told) as Json;
  return new Map(
    Object.entries(record(parsed)).flatMap(([name, uid]) => (typeof uid === "string" ? [[name, uid]] : [])),
  );
}

/** Who the clusters are; one that cannot be read is left to the run itself. */
async function readIdentities({ clusters }: EnvironmentPlan, context: KubeconfigContext): Promise<Identities> {
  const asked = await Promise.allSettled(
    clusters.map(async ({ name, spec }) => {
      const uid = await readIdentity(await ApiServer.open(name, spec, context), identityTimeoutMs);
      return uid === undefined ? [] : [[name, uid] as const];
    }),
  );
  return new Map(asked.flatMap((each) => (each.status === "fulfilled" ? each.value : [])));
}

/** What was reviewed must be what is applied: the plan's digest is that of the review, if there was one. */
function refuseOtherPlan(plan: EnvironmentPlan, reviewed: string | undefined): void {
  if (reviewed === undefined || reviewed === "" || reviewed === plan.digest) return;
  throw failure(
    "PLAN_STALE",
    `The plan of ${plan.environment} is no longer the one that was reviewed: ${reviewed} was, ${plan.digest} is.`,
    "Preview again, and apply what that preview shows.",
  );
}

async function renderTools(ctx: ToolContext): Promise<RenderTools> {
  const [kustomize, helm] = await Promise.all([renderTool("kustomize", ctx), renderTool("helm", ctx)]);
  return { kustomize, helm };
}

async function renderTool(name: ToolName, ctx: ToolContext): Promise<Tool> {
  const tool = await findTool(name, ctx);
  if (tool !== undefined) return tool;
  throw failure(
    "TOOL_MISSING",
    `${name} is neither installed nor in the cache, and a run of Pulumi does not get it.`,
    "Run `npm run driftless -- doctor`, which says how to get it.",
  );
}

/** The nearest folder from `from` upwards that holds Pulumi.yaml: Pulumi itself found one. */
function projectRoot(from: string): string {
  const parent = dirname(from);
  return existsSync(join(from, "Pulumi.yaml")) || parent === from ? from : projectRoot(parent);
}
