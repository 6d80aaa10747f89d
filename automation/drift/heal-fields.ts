import type { Baseline, BaselineEntry } from "../../core/drift/baseline.ts";
import { baselineNormal } from "../../core/drift/baseline.ts";
import { compare } from "../../core/drift/compare.ts";
import { rulesFor, type IgnoreRule } from "../../core/drift/ignore.ts";
import { judgeDifferences } from "../../core/drift/judge.ts";
import { isSecret, normalForm } from "../../core/drift/normal-form.ts";
import { isAllocated, undoPatch } from "../../core/drift/undo.ts";
import type { ClusterSpec } from "../../core/environment/spec.ts";
import { DriftlessError } from "../../core/errors/error.ts";
import { errorFinding, type Finding } from "../../core/errors/finding.ts";
import { ApiError, ApiServer } from "../../live/api-server.ts";
import { isKubernetesObject } from "../../live/json.ts";
import type { ScanRequest } from "../../live/scan.ts";
import type { StateResource } from "./resources.ts";

/** What taking fields back works with. */
export interface FieldsInput {
  readonly clusters: Readonly<Record<string, ClusterSpec>>;
  readonly context: ScanRequest<StateResource>["context"];
  readonly baseline: Baseline;
  readonly rules: (owner: string) => readonly IgnoreRule[];
  /** User name of RBAC that what an owner has is applied as; undefined: with the environment's own credentials. */
  readonly deployer: (owner: string) => string | undefined;
  /** The key of the hashes of Secrets; asked for only if one of the objects is a Secret. */
  readonly secretKey: () => Promise<string | undefined>;
}

/**
 * Takes back what no update does, of objects that have drifted: each is read again, and changed in one step or not at all.
 * Returns why some of them could not be, by resource name. Throws for an aborted signal.
 */
export async function takeBackFields(
  resources: readonly StateResource[],
  input: FieldsInput,
): Promise<ReadonlyMap<string, Finding>> {
  const failed = new Map<string, Finding>();
  const groups = Map.groupBy(resources, ({ cluster, owner }) => JSON.stringify([cluster, input.deployer(owner)]));
  await Promise.all(
    [...groups.values()].map(async (mine) => {
      const [{ cluster, owner } = { cluster: "", owner: "" }] = mine;
      const spec = input.clusters[cluster];
      if (spec === undefined) return;
      const server = await ApiServer.open(cluster, spec, { ...input.context, as: input.deployer(owner) });
      await Promise.all(
        mine.map(async (resource) => {
          const finding = await takeBack(server, resource, input);
          if (finding !== undefined) failed.set(resource.resourceName, finding);
        }),
      );
    }),
  );
  return failed;
}

async function takeBack(server: ApiServer, resource: StateResource, input: FieldsInput): Promise<Finding | undefined> {
  const entry = input.baseline.objects.get(resource.resourceName);
  if (entry === undefined) return undefined;
  try {
    return await undo(server, resource, entry, input);
  } catch (error) {
    input.context.signal?.throwIfAborted();
    if (error instanceof ApiError) return refused(resource, error);
    if (error instanceof DriftlessError) return error.findings[0];
    throw error;
  }
}

async function undo(
  server: ApiServer,
  { owner, inputs, apiVersion, kind, namespace, name }: StateResource,
  entry: BaselineEntry,
  { rules, secretKey }: FieldsInput,
): Promise<undefined> {
  const live = await server.read(apiVersion, kind, namespace, name);
  if (live === undefined || !isKubernetesObject(live)) return undefined;
  const before = baselineNormal(entry, inputs);
  const key = isSecret(live) ? await secretKey() : undefined;
  if (before === undefined || (isSecret(live) && key === undefined)) return undefined;
  const after = normalForm(live, key);
  const { differences } = judgeDifferences(compare(before, after), {
    ...{ inputs, live, before, after, reverted: [] },
    rules: rulesFor(rules(owner), inputs),
  });
  // What a cluster gives to each object anew is another in one that was made anew, and cannot be what it was.
  const recreated = live.metadata["uid"] !== entry.uid;
  const taken = recreated ? differences.filter(({ steps }) => !isAllocated(steps)) : differences;
  const patch = undoPatch(live, before, taken);
  if (patch.length > 0) await server.patchJson(live, namespace, patch);
  return undefined;
}

/** The API server refuses the whole of a patch when a test of it fails, and says so with the code for anything invalid. */
function refused({ resourceName }: StateResource, error: ApiError): Finding {
  const changed = error.status === 409 || (error.status === 422 && /error in our request/.test(error.message));
  return changed
    ? errorFinding(
        "HEAL_CONFLICT",
        `${resourceName} was changed by somebody else while it was being healed; nothing of it was touched.`,
        "Run it again: what has drifted then is judged anew.",
      )
    : errorFinding(
        "OBJECT_REFUSED",
        `${resourceName}: what somebody has changed cannot be taken back: ${error.message}.`,
        "Look at what the API server says; an update does not set these fields either.",
      );
}
