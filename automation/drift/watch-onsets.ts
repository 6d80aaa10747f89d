import type { Baseline } from "../../core/drift/baseline.ts";
import type { Onset } from "../../core/drift/memory.ts";
import { withOnset } from "../../core/drift/onset.ts";
import { noVerdicts, type ObjectDrift } from "../../core/drift/report.ts";
import type { DriftMemoryFile } from "./memory.ts";

/** Since when what has drifted has done so: kept up to date while it is watched, and remembered in the project. */
export class WatchOnsets {
  readonly #file: DriftMemoryFile;
  #onsets = new Map<string, Onset>();
  #changed = false;

  constructor(file: DriftMemoryFile) {
    this.#file = file;
  }

  /** Takes over what is remembered. */
  async load(): Promise<void> {
    this.#onsets = new Map((await this.#file.read()).onsets);
  }

  /** What was found of an object now, with its onset. `unchanged` is what has drifted no more. */
  date(drift: ObjectDrift, baseline: Baseline | undefined, now: string): ObjectDrift {
    const { resourceName } = drift;
    const known = this.#onsets.get(resourceName);
    const { report, onsets } = withOnset(
      { environment: "", objects: [drift], errors: [], counts: noVerdicts() },
      { known: new Map(known === undefined ? [] : [[resourceName, known]]), baseline, now, missed: () => false },
    );
    const onset = onsets.get(resourceName);
    if (JSON.stringify(onset) !== JSON.stringify(known)) this.#changed = true;
    if (onset === undefined) this.#onsets.delete(resourceName);
    else this.#onsets.set(resourceName, onset);
    return report.objects[0] ?? drift;
  }

  /** Writes what has changed. */
  async remember(): Promise<void> {
    if (!this.#changed) return;
    this.#changed = false;
    await this.#file.update((memory) => ({ ...memory, onsets: new Map(this.#onsets) }));
  }
}
