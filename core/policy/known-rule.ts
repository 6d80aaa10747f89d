import type { JsonObject } from "../manifest/manifest.ts";

/** How strictly a rule is enforced, as Pulumi names it. */
export const levels = ["mandatory", "advisory", "remediate", "disabled"] as const;

/** See `levels`. */
export type Level = (typeof levels)[number];

/** The part of what a pack says of a rule that its settings are judged by. */
export interface KnownRule {
  readonly name: string;
  /** Where no preset and no setting says another. */
  readonly level: Level;
  /** JSON schema of each of its settings, the level apart; absent if the pack does not say. */
  readonly settings?: Readonly<Record<string, JsonObject>>;
  /** Whether it can have the level `remediate`. */
  readonly remediates: boolean;
}

/** A pack of which settings are made. */
export interface KnownPack {
  /** How the environment document names it. */
  readonly title: string;
  readonly rules: readonly KnownRule[];
  /** Its presets by name: level or settings by rule. */
  readonly presets: ReadonlyMap<string, JsonObject>;
}
