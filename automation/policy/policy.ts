import { resolve } from "node:path";
import type { LoadedEnvironment } from "../../core/environment/load.ts";
import type { ClusterSpec } from "../../core/environment/spec.ts";
import { DriftlessError, throwErrors } from "../../core/errors/error.ts";
import type { Finding, Place } from "../../core/errors/finding.ts";
import type { Origin } from "../../core/manifest/manifest.ts";
import type { ComputedPlan } from "../../core/plan/compute.ts";
import { dayOf, expiredExceptions } from "../../core/policy/expired.ts";
import { factsOf } from "../../core/policy/facts-of.ts";
import type { SourceContext } from "../../core/git/source.ts";
import { fetchPacks } from "../../core/policy/fetch-packs.ts";
import { packFolder, packTitle } from "../../core/policy/pack-entry.ts";
import { policyResources, type PlannedResource } from "../../core/policy/resources.ts";
import { ownerOfRunUrn, type RunFacts } from "../../core/policy/run.ts";
import { policySettings, type PackSettings } from "../../core/policy/settings.ts";
import { readViolationText } from "../../core/policy/violation.ts";
import type { EnginePolicy } from "../engine/types.ts";
import { readProjectSettings } from "../engine/settings.ts";
import { locateFields, type OriginField } from "./locate.ts";
import { openPacks } from "./open.ts";
import { refusedSettings } from "./reason.ts";
import type { PackInfo, PackOptions, PackViolation, Remediation } from "./types.ts";

/** A violation with everything that a person needs. */
export interface CheckedViolation extends PackViolation {
  /** What is wrong, without where it is and what to do. */
  readonly what: string;
  /** `<cluster>/<namespace or _>/<Kind.group>/<name>`; the name of any other resource; empty for stack and run. */
  readonly object: string;
  /** `application/<name>` or `tenant/<name>`; empty for what belongs to none. */
  readonly owner: string;
  /** Keys and positions from the root of the object. */
  readonly field?: readonly (string | number)[];
  readonly origin?: Origin;
  /** The field in the source; of what Kustomize or Helm made, the object that it was made of. */
  readonly place?: Place;
}

/** What the packs say. */
export interface PolicyCheck {
  readonly violations: readonly CheckedViolation[];
  /** Changes that rules of level `remediate` make; they hold in the engine only. */
  readonly remediations: readonly Remediation[];
  /** Resources that were looked at. */
  readonly resources: number;
}

/** The policy of an environment: its packs, started, and what each rule is set to. */
export interface Policy {
  readonly packs: readonly PackInfo[];
  /** Of each pack, in their order. */
  readonly settings: readonly PackSettings[];
  /** Packs that the engine has to ask too: see `PackInfo.plain`. */
  readonly engine: EnginePolicy;
  /**
   * Judges everything that a plan makes true; an exception that has ended is a violation too.
   * @param options `withoutExceptions` judges as if there were none, ended or not.
   * @throws POLICY_UNAVAILABLE
   */
  checkPlan(
    computed: Pick<ComputedPlan, "plan" | "tree">,
    options?: { readonly withoutExceptions?: boolean },
  ): Promise<PolicyCheck>;
  /** Judges what a run is about to do. @throws POLICY_UNAVAILABLE */
  checkRun(run: RunFacts): Promise<PolicyCheck>;
  /** Ends the packs. */
  close(): void;
}

/** Where packs are and how they are started. */
export interface PolicyOptions extends PackOptions, Pick<SourceContext, "env"> {
  /** See `ComputeRequest.documents`. */
  readonly documents?: string | undefined;
  /** Starts packs. Default: `openPacks`. */
  readonly start?: typeof openPacks;
}

/**
 * Starts the packs of an environment and makes their settings.
 * @throws POLICY_UNAVAILABLE for a pack that cannot be started; CONFIG_INVALID for settings that no rule takes.
 */
export async function openPolicy(
  { spec, locate }: Pick<LoadedEnvironment, "spec" | "locate">,
  { env, documents, start = openPacks, ...options }: PolicyOptions,
): Promise<Policy> {
  const { project, cache, signal } = options;
  const folder = documents ?? project;
  await fetchPacks(spec.policy.packs, locate, { project, cache, env, signal }, folder);
  const places = spec.policy.packs.map((pack) => ({
    title: packTitle(pack),
    folder: resolve(folder, packFolder(pack)),
    version: typeof pack === "string" ? undefined : pack.version,
  }));
  const placed = (error: unknown): never => {
    throw withPlace(error, locate);
  };
  const packs = await start(places, options).catch(placed);
  const ask = (...question: Parameters<typeof packs.check>): ReturnType<typeof packs.check> =>
    packs.check(...question).catch(placed);
  try {
    const input = { policy: spec.policy, packs: packs.packs, locate, facts: factsOf(spec) };
    const { settings, findings } = policySettings(input);
    throwErrors(findings);
    return {
      packs: packs.packs,
      settings,
      engine: enginePolicy(packs.packs, settings, Object.values(spec.clusters).some(isMade)),
      checkPlan: async (computed, { withoutExceptions = false } = {}) => {
        const { name } = await readProjectSettings(folder);
        const resources = policyResources(computed.plan, name);
        const plain = resources.map(({ type, name, urn, props, parent }) => ({
          ...{ type, name, urn, props },
          ...(parent === undefined ? {} : { parent }),
        }));
        const asked = withoutExceptions
          ? policySettings({ ...input, policy: { ...spec.policy, exceptions: [] } }).settings
          : settings;
        const { violations, remediations } = await ask({ resources: plain }, asked);
        const ended = withoutExceptions ? [] : endedExceptions(spec.policy, locate);
        return {
          violations: [...ended, ...(await located(violations, resources, computed))],
          remediations,
          resources: plain.length,
        };
      },
      checkRun: async (run) => {
        const { violations } = await ask({ run }, settings);
        return {
          violations: violations.map((violation) => ({
            ...described(violation, undefined),
            owner: ownerOfRunUrn(violation.urn),
          })),
          remediations: [],
          resources: 0,
        };
      },
      close: () => packs.close(),
    };
  } catch (error) {
    packs.close();
    throw error;
  }
}

/** A failure of packs, which know no document, at the field that it is about. */
function withPlace(error: unknown, locate: LoadedEnvironment["locate"]): unknown {
  if (!(error instanceof DriftlessError)) return error;
  const [first, ...rest] = error.findings;
  const refused = refusedSettings(error.cause);
  const place = locate(refused === undefined ? ["policy", "packs"] : ["policy", "config", refused.rule]);
  return new DriftlessError([{ ...first, place: first.place ?? place }, ...rest], { cause: error.cause });
}

/** Exceptions that have ended, as violations of a rule that belongs to no pack. */
function endedExceptions(
  policy: LoadedEnvironment["spec"]["policy"],
  locate: LoadedEnvironment["locate"],
): readonly CheckedViolation[] {
  return expiredExceptions(policy, dayOf(new Date()), locate).map(({ message, fix, place }) => ({
    ...{ pack: "driftless", rule: "exception-ended", level: "mandatory", severity: "high" },
    ...{ message, what: message, remediation: fix, resource: "", urn: "", object: "", owner: "" },
    ...(place === undefined ? {} : { place }),
  }));
}

/** True for a cluster whose resources at AWS are no part of the plan: only the engine knows them. */
function isMade(cluster: ClusterSpec): boolean {
  return "eks" in cluster && !("existing" in cluster.eks);
}

/**
 * Packs that have to run in the engine although they have judged the plan: those that may look at what only the engine
 * knows, and those that change objects, which only the engine can do; all of them where `cloud` resources are made.
 */
function enginePolicy(packs: readonly PackInfo[], settings: readonly PackSettings[], cloud: boolean): EnginePolicy {
  return {
    packs: packs.flatMap(({ title, folder, plain }, at) => {
      const own = settings[at] ?? {};
      const changes = Object.values(own).some(({ enforcementLevel }) => enforcementLevel === "remediate");
      return plain && !changes && !cloud ? [] : [{ title, folder, settings: own }];
    }),
  };
}

/** POLICY_VIOLATION for each violation: an error if it is mandatory, else a warning. */
export function violationFindings(violations: readonly CheckedViolation[]): readonly Finding[] {
  return violations.map(({ object, rule, what, level, remediation, place }) => ({
    code: "POLICY_VIOLATION",
    severity: level === "mandatory" ? "error" : "warning",
    message: `${object === "" ? "" : `${object}: `}${rule}: ${what.replace(/\.$/, "")}.`,
    fix: remediation ?? `Change the object, or the setting of the rule ${rule} in policy.config.`,
    ...(place === undefined ? {} : { place }),
  }));
}

async function located(
  violations: readonly PackViolation[],
  resources: readonly PlannedResource[],
  { plan, tree }: Pick<ComputedPlan, "plan" | "tree">,
): Promise<readonly CheckedViolation[]> {
  const known = new Map(resources.map((resource) => [resource.urn, resource]));
  const plain = new Set(
    plan.applications.filter(({ renderer }) => renderer === "manifests").map(({ name }) => `application/${name}`),
  );
  const all = violations.map((violation) => described(violation, known.get(violation.urn)));
  const fields = new Map<CheckedViolation, OriginField>();
  for (const violation of all) {
    const { origin, owner, field = [] } = violation;
    if (origin !== undefined && plain.has(owner)) fields.set(violation, { origin, path: field });
  }
  const places = await locateFields(tree, [...fields.values()]);
  return all.map((violation) => {
    const field = fields.get(violation);
    const found = field === undefined ? undefined : places.get(field);
    return found === undefined ? violation : { ...violation, place: { file: found.file, ...lineOf(found) } };
  });
}

function described(violation: PackViolation, resource: PlannedResource | undefined): CheckedViolation {
  const { planned, owner = "" } = resource ?? {};
  const { what, field } = readViolationText(violation.message, violation.remediation);
  const origin = planned?.origin;
  return {
    ...violation,
    what,
    object: planned?.resourceName ?? resource?.name ?? "",
    owner,
    ...(field === undefined ? {} : { field }),
    ...(origin === undefined ? {} : { origin, place: { file: origin.path, ...lineOf(origin) } }),
  };
}

function lineOf({ line }: { readonly line?: number }): { readonly line?: number } {
  return line === undefined ? {} : { line };
}
