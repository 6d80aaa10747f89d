import type { DriftEvent } from "../../core/drift/drift-log.ts";
import type { ObjectDrift } from "../../core/drift/report.ts";
import type { Finding } from "../../core/errors/finding.ts";
import type { DatedMeasure } from "./environment.ts";

/** What a watch has to say. */
export type WatchEvent = WatchedDrift | WatchedProblem;

/** Something happened to a drift. */
export interface WatchedDrift extends DriftEvent {
  /** File of the source that the object came from. */
  readonly origin: string | undefined;
}

/** From now on nothing is known of something, or it is known again. */
export interface WatchedProblem {
  readonly step: "lost" | "back";
  /** ISO 8601, UTC. */
  readonly time: string;
  /** Absent for the environment as a whole: its document, its state, a run that was killed. */
  readonly cluster?: string | undefined;
  /** `Kind.group`, where it is about one kind of the cluster. */
  readonly kind?: string | undefined;
  readonly finding: Finding;
  /** When it was lost: ISO 8601, UTC. */
  readonly since: string;
}

/** What is followed. */
export interface WatchScope {
  readonly objects: number;
  readonly kinds: number;
  readonly clusters: readonly string[];
  /** `Kind.group on cluster`: unknown objects are not looked for among these. */
  readonly unlisted: readonly string[];
  /** ISO 8601, UTC. */
  readonly time: string;
}

/** Hears of a watch. */
export interface WatchHandlers {
  /** Once, with everything that has drifted before. */
  onStart(measured: DatedMeasure): void;
  /** Once, when every change from now on will be seen. */
  onReady(scope: WatchScope): void;
  onEvents(events: readonly WatchEvent[]): void;
  /**
   * Objects of which a drift has begun, after `onEvents` has heard of it. Until it has ended nothing is judged, and then the
   * baseline is read again: whatever it runs is no drift.
   */
  onDrift?(objects: readonly ObjectDrift[]): Promise<void>;
}

/** How it was when a watch ended. */
export interface WatchEnd {
  readonly outcome: "none" | "drift" | "error";
  /** Objects that have drifted. */
  readonly drifted: number;
  /** ISO 8601, UTC. */
  readonly time: string;
}
