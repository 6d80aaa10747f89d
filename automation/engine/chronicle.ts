import { randomUUID } from "node:crypto";
import { cutTo, formatMessage, type EarlierNote, type UpdateDraft } from "../../core/history/note.ts";
import { toRecords, type FailureReason, type UpdateRecord } from "../../core/history/record.ts";
import { describeNote } from "../../core/history/describe.ts";
import { asText } from "./text.ts";
import { earlierRuns, withEarlierRuns } from "./earlier-runs.ts";
import type { RunLog, RunRecord } from "./run-record.ts";
import { restoreSettings } from "./stack.ts";
import { stackOutputs } from "./stack-outputs.ts";
import { exportState, historyEntries, importState } from "./state.ts";
import type { StateExport } from "./types.ts";
import type { Workspace } from "./workspace.ts";

/** Reasons of one run that are kept; the rest is counted. */
const mostReasons = 20;
const mostCharacters = 500;
/** Runs without the engine that are kept until the next one with it. */
const mostNotes = 20;

interface Begun {
  readonly run: string;
  readonly draft: UpdateDraft;
}

/**
 * What the history of a stack says: a note in the message of each run, and, in the state, what is known of a run only once it
 * has ended, until the next run takes that into its own message. See docs/adr/0019-history.md.
 */
export class Chronicle {
  readonly #workspace: Workspace;
  readonly #log: RunLog;
  #begun: Begun | undefined;

  constructor(workspace: Workspace, log: RunLog) {
    this.#workspace = workspace;
    this.#log = log;
  }

  /**
   * The message of a run that is about to begin.
   * @param state the state before it
   * @param interrupted the run that was noted as begun before it and not as ended
   */
  messageOf(
    draft: UpdateDraft | undefined,
    state: StateExport | undefined,
    interrupted: RunRecord | undefined,
  ): ((run: string) => string) | undefined {
    this.#begun = undefined;
    if (draft === undefined) return undefined;
    const from = asText(stackOutputs(state)["revision"]);
    const earlier = [...earlierRuns(state), ...(interrupted === undefined ? [] : [ofInterrupted(interrupted)])];
    return (run) => {
      this.#begun = { run, draft };
      const before = { ...(from === "" ? {} : { from }), ...(earlier.length === 0 ? {} : { earlier }) };
      return formatMessage(describeNote(draft), { run, ...draft, ...before });
    };
  }

  /** Notes why the last run failed, if one began. What the state said before is in the message of that run. */
  async noteFailure(reasons: readonly FailureReason[]): Promise<void> {
    const begun = this.#begun;
    if (begun === undefined || reasons.length === 0) return;
    const kept = reasons.slice(0, mostReasons).map(({ code, message }) => ({ code, message: cut(message) }));
    const left = reasons.length - kept.length;
    const all = left > 0 ? [...kept, { code: "UPDATE_FAILED", message: `and ${left} more` }] : kept;
    await this.#keep(begun, all, false);
  }

  /** Notes a run that changed something without the engine, which keeps no history of it. */
  async noteAside(draft: UpdateDraft): Promise<void> {
    await this.#keep({ run: randomUUID(), draft }, [], true);
  }

  async #keep({ run, draft }: Begun, reasons: readonly FailureReason[], append: boolean): Promise<void> {
    const { kind, by, to, changes } = draft;
    const state = await exportState(this.#workspace);
    const note: EarlierNote = {
      ...{ run, about: "ended", at: new Date().toISOString(), kind, by, reasons: [...reasons] },
      ...(to === undefined ? {} : { revision: to }),
      ...(append ? cutTo(changes, mostReasons) : {}),
    };
    const notes = [...(append ? earlierRuns(state).slice(-mostNotes) : []), note];
    const noted = state === undefined ? undefined : withEarlierRuns(state, notes);
    if (state === undefined || noted === undefined) return;
    await restoreSettings(this.#workspace, state);
    await importState(this.#workspace, noted);
  }

  /** All updates, newest first. */
  async records(): Promise<readonly UpdateRecord[]> {
    const [entries, state, open] = await Promise.all([
      historyEntries(this.#workspace),
      exportState(this.#workspace),
      this.#log.read(),
    ]);
    return toRecords(entries, [...earlierRuns(state), ...(open === undefined ? [] : [ofInterrupted(open)])]);
  }
}

function ofInterrupted({ run, revision, begun }: RunRecord): EarlierNote {
  return {
    ...{ run, about: "interrupted", reasons: [] },
    ...(begun === undefined ? {} : { at: begun }),
    ...(revision === undefined ? {} : { revision }),
  };
}

function cut(text: string): string {
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;
}
