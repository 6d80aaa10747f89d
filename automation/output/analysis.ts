import type { Finding, Place } from "../../core/errors/finding.ts";

/** What an analysis looks for: a rule of a policy pack, a kind of drift. */
export interface AnalysisRule {
  /** Names it for ever: results of other runs are compared by it. */
  readonly id: string;
  /** One sentence. */
  readonly description: string;
  /** What to do about it. */
  readonly help?: string | undefined;
  readonly url?: string | undefined;
  readonly severity?: string | undefined;
  readonly level: Finding["severity"];
}

/** Something that was found. */
export interface AnalysisResult {
  readonly rule: string;
  readonly level: Finding["severity"];
  /** What is wrong, in one sentence. */
  readonly message: string;
  /** What to do about it. */
  readonly fix?: string | undefined;
  /** What it is about: name of an object; empty for the environment as a whole. */
  readonly object: string;
  /** The field of the object. */
  readonly field?: string | undefined;
  readonly place?: Place | undefined;
}

/** Something that was looked at. */
export interface AnalysedObject {
  readonly name: string;
  /** `application/<name>` and so on; empty for the environment as a whole. */
  readonly owner: string;
  readonly place?: Place | undefined;
}

/** Something that could not be found out. */
export interface AnalysisError {
  readonly finding: Finding;
  /** Names of the objects of which nothing is known for it; none: it is about the environment as a whole. */
  readonly objects: readonly string[];
}

/** A finished analysis, for the formats that other programs read: SARIF and JUnit. */
export interface Analysis {
  /** What ran: `policy check`. */
  readonly command: string;
  /** What its results are. */
  readonly topic: "policy" | "drift" | "validation";
  readonly environment: string;
  readonly rules: readonly AnalysisRule[];
  readonly results: readonly AnalysisResult[];
  readonly objects: readonly AnalysedObject[];
  /** Default: all was found out. */
  readonly errors?: readonly AnalysisError[];
  /** Where the files of places are, if they are not those of the project. */
  readonly source?: { readonly repo: string; readonly revision: string } | undefined;
  /** Where results are shown that have no place of their own. */
  readonly document: Place;
}
