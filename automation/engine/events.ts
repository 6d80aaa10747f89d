import type { EngineEvent, PolicyEvent, StepEventMetadata } from "@pulumi/pulumi/automation/index.js";
import { noCounts, type ChangeCounts, type ObjectChange } from "../../core/plan/change.ts";
import { objectOfUrn, ownerOfUrn, parseUrn } from "../../core/plan/identity.ts";
import { record } from "../../core/manifest/json.ts";
import type { Json, JsonObject, Origin } from "../../core/manifest/manifest.ts";
import type { Removal } from "../../core/safety/removal.ts";
import { compareText } from "../../core/plan/order.ts";
import { stepOfUrn } from "../../core/plan/step-name.ts";
import { DeliverySteps } from "./delivery.ts";
import { toDiagnostic, waitingLine } from "./diagnostics.ts";
import { removalOf, replacingFields, type ForcedReplacement } from "./removals.ts";
import { actOf, changedFields, inputsOf, isLast, originOf, stronger, toChange, type Act } from "./steps.ts";
import { asText, cleanText, type Folders } from "./text.ts";
import type { Diagnostic, PolicyViolation, RunProgress } from "./types.ts";

/** An object that the engine works on, as its cluster knows it. */
export interface TouchedObject {
  readonly change: Omit<ObjectChange, "fields">;
  readonly resourceName: string;
  readonly apiVersion: string;
  /** Without the group. */
  readonly kind: string;
}

/** An object that is created. */
export interface CreatedObject extends TouchedObject {
  /** What is applied; values of Secrets are markers. */
  readonly wanted: JsonObject;
}

/** An object that the engine replaces by itself. */
export interface ReplacedObject extends TouchedObject {
  /** Fields that cannot be changed in place. */
  readonly fields: readonly string[];
}

/** An object on which the engine failed. */
export interface FailedObject extends TouchedObject {
  /** What its replacement would be, should that be what it takes. */
  readonly replacement: ForcedReplacement;
  /** What the API server or the provider said; empty if nothing. */
  readonly reason: string;
}

interface Work {
  readonly act: Act;
  readonly step: StepEventMetadata;
}

/** Who hears what while a run goes on. */
export interface RunListeners {
  readonly onProgress?: ((progress: RunProgress) => void) | undefined;
  /** What the run is waiting for, whenever that changes. */
  readonly onWait?: ((line: string) => void) | undefined;
}

/** What a run of the engine says about itself, event by event. */
export class RunEvents {
  /** Its gates and hooks. */
  readonly steps = new DeliverySteps();
  readonly #folders: Folders;
  readonly #work = new Map<string, Work>();
  readonly #inputs = new Map<string, JsonObject>();
  readonly #parents = new Map<string, string>();
  readonly #urns = new Set<string>();
  readonly #failed = new Set<string>();
  readonly #done = new Set<string>();
  readonly #diagnostics = new Map<string, Diagnostic>();
  readonly #policy: PolicyEvent[] = [];
  readonly #listeners: RunListeners;
  #packs: Readonly<Record<string, string>> | undefined;
  #outputs: JsonObject = {};
  #seconds = 0;

  constructor(folders: Folders, listeners: RunListeners = {}) {
    this.#folders = folders;
    this.#listeners = listeners;
  }

  /** Takes in one event. */
  add(event: EngineEvent): void {
    if (event.diagnosticEvent !== undefined) {
      const diagnostic = toDiagnostic(event.diagnosticEvent, this.#folders);
      // The same warning comes once per plugin and phase.
      if (diagnostic !== undefined) this.#diagnostics.set(JSON.stringify(diagnostic), diagnostic);
      const line = waitingLine(event.diagnosticEvent, this.#folders);
      if (line !== undefined) this.#listeners.onWait?.(line);
    }
    if (event.policyEvent !== undefined) this.#policy.push(event.policyEvent);
    if (event.resourcePreEvent !== undefined) this.#begin(event.resourcePreEvent.metadata);
    if (event.resOutputsEvent !== undefined) this.#end(event.resOutputsEvent.metadata, "done");
    if (event.resOpFailedEvent !== undefined) this.#end(event.resOpFailedEvent.metadata, "failed");
    if (event.summaryEvent !== undefined) {
      this.#packs = summaryPacks(event.summaryEvent);
      this.#seconds = event.summaryEvent.durationSeconds;
    }
  }

  /**
   * Objects that change, by owner, cluster, namespace, kind and name; deletions last.
   * @param only `done`: those whose change has come to its end.
   */
  changes(only?: "done"): readonly ObjectChange[] {
    const changes = [...this.#work].flatMap(([urn, { act, step }]): readonly ObjectChange[] => {
      if (act === "same" || (only === "done" && !this.#done.has(urn))) return [];
      const change = toChange(act, step);
      return change === undefined ? [] : [{ ...change, fields: changedFields(step) }];
    });
    return changes.sort((left, right) => compareText(sortKey(left), sortKey(right)));
  }

  /** How many objects `changes` holds of each action, and how many stay as they are. */
  counts(only?: "done"): ChangeCounts {
    const counts = noCounts();
    for (const [urn, { act }] of this.#work) {
      if (only !== "done" || this.#done.has(urn)) counts[act] += 1;
    }
    return counts;
  }

  diagnostics(): readonly Diagnostic[] {
    return [...this.#diagnostics.values()];
  }

  /** Messages of severity `error`: about the run as a whole, or about single resources. */
  errors(about: "run" | "resources"): readonly string[] {
    return this.diagnostics()
      .filter(({ severity, object }) => severity === "error" && (object === undefined) === (about === "run"))
      .map(({ message }) => message);
  }

  /** Violations, once each: the engine checks an object before and after its creation. */
  violations(): readonly PolicyViolation[] {
    const violations = this.#policy.map((event) => this.#violation(event));
    return [...new Map(violations.map((violation) => [JSON.stringify(violation), violation])).values()];
  }

  /** Keys and versions of the packs that ran, as the summary names them; undefined if the run ended without one. */
  packs(): Readonly<Record<string, string>> | undefined {
    return this.#packs;
  }

  /** URNs of all resources that the program wants or the state holds, unchanged ones included. */
  urns(): ReadonlySet<string> {
    return this.#urns;
  }

  /** Objects that are created, or would be. */
  creates(): readonly CreatedObject[] {
    return [...this.#work].flatMap(([urn, { act }]) => {
      const wanted = this.#inputs.get(urn) ?? {};
      return act === "create" ? this.#touched(urn).map((object) => ({ ...object, wanted })) : [];
    });
  }

  /** What is deleted, replaced or let go. */
  removals(): readonly Removal[] {
    return [...this.#work.values()].flatMap(({ act, step }) => removalOf(act, step) ?? []);
  }

  /** Objects that are replaced, with the fields that make it necessary. */
  replacements(): readonly ReplacedObject[] {
    return [...this.#work].flatMap(([urn, { act, step }]) =>
      act === "replace" ? this.#touched(urn).map((object) => ({ ...object, fields: replacingFields(step) })) : [],
    );
  }

  /**
   * Objects on which the run failed, with the reason. A preview tells of no failed steps: there what errors are about
   * has failed.
   */
  failures(): readonly FailedObject[] {
    const errors = this.diagnostics().filter(({ severity }) => severity === "error");
    const about = Map.groupBy(errors, ({ object }) => object ?? "");
    return [...this.#work.keys()].flatMap((urn) =>
      this.#touched(urn).flatMap((object) => {
        const reasons = about.get(object.resourceName) ?? [];
        if (reasons.length === 0 && !this.#failed.has(urn)) return [];
        const reason = reasons.map(({ message }) => message).join("\n");
        return [{ ...object, reason, replacement: this.#replacement(urn, object) }];
      }),
    );
  }

  /** Outputs that the program has registered for the stack. */
  outputs(): JsonObject {
    return this.#outputs;
  }

  /** How long the engine took. */
  seconds(): number {
    return this.#seconds;
  }

  #replacement(urn: string, { change }: TouchedObject): ForcedReplacement {
    const step = this.#work.get(urn)?.step;
    const replaced = { ...change, action: "replace" as const };
    const asked = step === undefined ? undefined : removalOf("replace", step);
    return {
      urn,
      change: { ...replaced, fields: step === undefined ? [] : changedFields(step) },
      removal: asked ?? { change: replaced },
    };
  }

  #touched(urn: string): readonly TouchedObject[] {
    if (objectOfUrn(urn) === undefined) return [];
    const work = this.#work.get(urn);
    const change = work === undefined || work.act === "same" ? undefined : toChange(work.act, work.step);
    const { apiVersion, kind } = this.#inputs.get(urn) ?? {};
    if (change === undefined) return [];
    const resourceName = parseUrn(urn)?.name ?? urn;
    return [{ change, resourceName, apiVersion: asText(apiVersion), kind: asText(kind) }];
  }

  #begin(step: StepEventMetadata): void {
    this.#urns.add(step.urn);
    const state = step.new ?? step.old;
    if (state?.parent) this.#parents.set(step.urn, state.parent);
    this.steps.begin(step);
    const act = actOf(step);
    if (act === undefined) return;
    this.#inputs.set(step.urn, inputsOf(state));
    const known = this.#work.get(step.urn);
    // Of the three steps of a replacement, the ones with old and new say most.
    const telling = step.new === null || step.new === undefined ? (known?.step ?? step) : step;
    this.#work.set(step.urn, { act: stronger(known?.act, act), step: telling });
    this.#report(step, "started");
  }

  #end(step: StepEventMetadata, state: "done" | "failed"): void {
    if (parseUrn(step.urn)?.type === "pulumi:pulumi:Stack" && step.new)
      this.#outputs = record(step.new.outputs as Json);
    this.steps.end(step, state);
    if (actOf(step) === undefined) return;
    if (state === "failed") this.#failed.add(step.urn);
    else if (isLast(step)) this.#done.add(step.urn);
    else return;
    this.#report(step, state);
  }

  #report(step: StepEventMetadata, state: RunProgress["state"]): void {
    const work = this.#work.get(step.urn);
    const { onProgress } = this.#listeners;
    if (onProgress === undefined || work === undefined || work.act === "same") return;
    const change = toChange(work.act, work.step);
    if (change !== undefined) onProgress({ change, state, done: this.#done.size });
  }

  #violation(event: PolicyEvent): PolicyViolation {
    const urn = event.resourceUrn ?? "";
    const hook = stepOfUrn(urn);
    const applied = hook?.kind === "hook" ? hook.resourceName : undefined;
    const object = objectOfUrn(urn) === undefined ? applied : parseUrn(urn)?.name;
    const message = violationText(cleanText(event.message, this.#folders));
    // An update stops at the first violation, before the engine has told what the object is.
    const origin = originOf(this.#inputs.get(urn) ?? {}) ?? originIn(message);
    return {
      rule: event.policyName,
      pack: event.policyPackName,
      level: event.enforcementLevel === "mandatory" ? "mandatory" : "advisory",
      message,
      owner: ownerOfUrn(urn) ?? ownerOfUrn(this.#parents.get(urn) ?? "") ?? "",
      object: object ?? "",
      ...(origin === undefined ? {} : { origin }),
    };
  }
}

/** The engine puts the description of the rule on a line before what it found. */
function violationText(message: string): string {
  const [, ...found] = message.split("\n");
  return found.length === 0 ? message : found.join(" ");
}

/** Our own pack says where an object came from: `(from web/web.yaml)`. */
function originIn(message: string): Origin | undefined {
  const path = /\(from ([^)\s]+)\)/.exec(message)?.[1];
  return path === undefined ? undefined : { path };
}

/** The event's own type gives the field another name than the event. */
function summaryPacks(event: object): Readonly<Record<string, string>> {
  const packs = record((event as JsonObject)["PolicyPacks"]);
  return Object.fromEntries(Object.entries(packs).map(([name, version]) => [name, asText(version)]));
}

function sortKey(change: ObjectChange): string {
  const { action, owner, cluster, namespace, kind, name } = change;
  return [action === "delete" || action === "release" ? "1" : "0", owner, cluster, namespace ?? "", kind, name].join(
    "\0",
  );
}
