import { DriftlessError } from "../errors/error.ts";
import { errorFinding, type Finding } from "../errors/finding.ts";
import { kindGroup, namespaceOf, type JsonObject, type KubernetesObject } from "../manifest/manifest.ts";
import { parseResourceName } from "../plan/identity.ts";
import { baselineNormal, isStale, type Baseline, type BaselineEntry } from "./baseline.ts";
import { compare } from "./compare.ts";
import { damagedBaseline } from "./damaged-baseline.ts";
import { unknownErrors, type Unknown } from "./errors.ts";
import { rulesFor, type IgnoreRule } from "./ignore.ts";
import { judgeDifferences } from "./judge.ts";
import { isSecret, normalDigest, normalForm } from "./normal-form.ts";
import { claimedSince, createdAt, deletedAt } from "./onset.ts";
import { noVerdicts, type DriftError, type DriftReport, type ObjectDrift, type Verdict } from "./report.ts";

/** An object that the state knows. */
export interface StateObject {
  readonly resourceName: string;
  /** `application/<name>`, `tenant/<name>` or `environment`. */
  readonly owner: string;
  /** What was asked for: the resource's inputs. */
  readonly inputs: KubernetesObject;
}

/**
 * What was found of an object: itself; `absent` only if the cluster was asked for it by name and has none; or why
 * nothing is known.
 */
export type Found = KubernetesObject | "absent" | { readonly finding: Finding };

/** An object that says that it is ours, of which the state knows nothing. */
export interface OrphanObject {
  readonly resourceName: string;
  readonly owner: string;
  readonly object: KubernetesObject;
}

/** Everything that a scan has brought together. */
export interface ScanInput {
  readonly environment: string;
  readonly objects: readonly StateObject[];
  /** Undefined if the state holds none. */
  readonly baseline: Baseline | undefined;
  /** By resource name. What is not in it was not asked for, and is `unknown`. */
  readonly live: ReadonlyMap<string, Found>;
  readonly orphans: readonly OrphanObject[];
  /** Of clusters and applications as a whole. */
  readonly errors: readonly DriftError[];
  /** The rules of `drift.ignore` for what an owner has. */
  readonly rules: (owner: string) => readonly IgnoreRule[];
  /** Key of the stack for Secrets; only read if `needsSecretKey`. */
  readonly secretKey?: string | undefined;
}

/** True if a Secret has to be compared: only then the key of the stack is needed. */
export function needsSecretKey({ objects, baseline, live }: Pick<ScanInput, "objects" | "baseline" | "live">): boolean {
  return objects.some(({ resourceName, inputs }) => {
    const found = live.get(resourceName);
    const entry = baseline?.objects.get(resourceName);
    return isSecret(inputs) && entry !== undefined && isObject(found) && !isSameVersion(entry, found);
  });
}

/** Says of every object what is to be said of it. Linear in what is compared; nothing is "unchanged" by default. */
export function classify(input: ScanInput): DriftReport {
  const unknown: Unknown[] = [];
  const all = input.objects.map((object): ObjectDrift => {
    const result = judgeObject(object, input);
    if ("finding" in result) {
      unknown.push({ object, ...result });
      return drift(object, "unknown");
    }
    return result.drift;
  });
  const orphans = input.orphans.map(({ resourceName, owner, object }) =>
    drift({ resourceName, owner, inputs: object }, "orphan", claimedSince(object)),
  );
  const objects = [...all, ...orphans];
  const counts = noVerdicts();
  for (const { verdict } of objects) counts[verdict] += 1;
  return {
    environment: input.environment,
    objects: objects
      .filter(({ verdict, ignored }) => verdict !== "unchanged" || ignored.length > 0)
      .sort(compareObjects),
    errors: [...input.errors, ...unknownErrors(input.environment, unknown, input.errors)],
    counts,
  };
}

type Result = { readonly drift: ObjectDrift } | { readonly finding: Finding };

function judgeObject(object: StateObject, input: ScanInput): Result {
  const found = input.live.get(object.resourceName);
  if (found === undefined) return { finding: notAsked };
  if (found === "absent") return { drift: drift(object, "deleted") };
  if (!isObject(found)) return found;
  if (found.metadata["deletionTimestamp"] !== undefined) {
    return { drift: { ...drift(object, "deleted", deletedAt(found)), terminating: true } };
  }
  const entry = input.baseline?.objects.get(object.resourceName);
  if (entry === undefined) return { finding: missing(input.environment) };
  if (isSameVersion(entry, found)) return { drift: drift(object, "unchanged") };
  return compareObject(object, found, entry, input);
}

function compareObject(
  object: StateObject,
  live: KubernetesObject,
  entry: BaselineEntry,
  { environment, rules, secretKey }: ScanInput,
): Result {
  if (isStale(entry, object.inputs)) return { finding: stale(environment) };
  if (isSecret(live) && secretKey === undefined) return { finding: keyless(environment) };
  const after = normalForm(live, secretKey);
  const recreated = live.metadata["uid"] !== entry.uid;
  // What is the same need not be worked out.
  if (normalDigest(after) === entry.live) {
    return { drift: recreated ? drift(object, "recreated", createdAt(live)) : drift(object, "unchanged") };
  }
  const before = readBaseline(entry, object.inputs);
  if (before instanceof DriftlessError) return { finding: before.findings[0] };
  const found = compare(before, after);
  const judged = judgeDifferences(found, {
    inputs: object.inputs,
    live,
    before,
    after,
    rules: rulesFor(rules(object.owner), object.inputs),
    reverted: entry.reverted ?? [],
  });
  const fought = judged.differences.some(({ reverted = 0 }) => reverted >= fightAfter);
  const verdict = recreated
    ? "recreated"
    : fought
      ? "fought-over"
      : judged.differences.length > 0
        ? "drifted"
        : "unchanged";
  return { drift: { ...drift(object, verdict, recreated ? createdAt(live) : undefined), ...judged } };
}

/** A field that runs have taken back this often, and that is changed again by the same hand, is fought over. */
const fightAfter = 2;

function readBaseline(entry: BaselineEntry, inputs: KubernetesObject): JsonObject | DriftlessError {
  try {
    return baselineNormal(entry, inputs) ?? damagedBaseline("an entry is for something else");
  } catch (error) {
    if (error instanceof DriftlessError) return error;
    throw error;
  }
}

function drift({ resourceName, owner, inputs }: StateObject, verdict: Verdict, since?: string): ObjectDrift {
  const namespace = namespaceOf(inputs);
  return {
    verdict,
    owner,
    cluster: parseResourceName(resourceName)?.cluster ?? "",
    kind: kindGroup(inputs),
    ...(namespace === undefined ? {} : { namespace }),
    name: inputs.metadata.name,
    resourceName,
    differences: [],
    ignored: [],
    ...(since === undefined ? {} : { since }),
  };
}

function isObject(found: Found | undefined): found is KubernetesObject {
  return typeof found === "object" && "apiVersion" in found;
}

function isSameVersion({ uid, resourceVersion }: BaselineEntry, { metadata }: KubernetesObject): boolean {
  return resourceVersion !== undefined && metadata["resourceVersion"] === resourceVersion && metadata["uid"] === uid;
}

function compareObjects(left: ObjectDrift, right: ObjectDrift): number {
  const key = ({ cluster, owner, resourceName }: ObjectDrift): string => [cluster, owner, resourceName].join("\0");
  return key(left) < key(right) ? -1 : key(left) > key(right) ? 1 : 0;
}

const notAsked = errorFinding(
  "INTERNAL",
  "The scan has not asked for it.",
  "Run again with `--debug` and report what it prints.",
);

function missing(environment: string): Finding {
  return errorFinding(
    "BASELINE_MISSING",
    "The state does not hold what it looked like after the last update, so that nothing can be said of it.",
    `Run \`driftless up ${environment}\`, which notes it.`,
  );
}

function stale(environment: string): Finding {
  return errorFinding(
    "BASELINE_STALE",
    "It was updated since the last `driftless up`, and nobody noted what it looked like then.",
    `Run \`driftless up ${environment}\`, which notes it; plain \`pulumi up\` does not.`,
  );
}

function keyless(environment: string): Finding {
  return errorFinding(
    "BASELINE_INVALID",
    "The state does not hold the key by which values of Secrets are compared.",
    `Run \`driftless up ${environment}\` to make one.`,
  );
}
