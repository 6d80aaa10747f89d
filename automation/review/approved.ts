import type { SignedNotes } from "../../core/git/signed-notes.ts";
import { planParts } from "../../core/plan/digest.ts";
import { readEarlier } from "../approvals/earlier.ts";
import { notesOf } from "../approvals/notes.ts";
import type { Session } from "../session.ts";
import { settled } from "../settled.ts";
import type { EnvironmentSide } from "./compare.ts";
import type { EnvironmentReview } from "./model.ts";

/** Finds out who has approved earlier plans; the remote is asked once, and only if some environment asks for approvals. */
export class EarlierApprovals {
  readonly #session: Session;
  #notes: Promise<SignedNotes> | undefined;

  constructor(session: Session) {
    this.#session = session;
  }

  /** The review with what there is to say of approvals. Whose count, and by which keys, is what the base says. */
  async addTo(review: EnvironmentReview, base: EnvironmentSide, head: EnvironmentSide): Promise<EnvironmentReview> {
    if (base === undefined || head === undefined || !("plan" in base) || !("plan" in head)) return review;
    const { name, approvals: rules } = base.environment.spec;
    const { digest, revision } = head.plan;
    if (review.approvals === 0 || review.head?.digest === undefined || base.plan.digest === digest) return review;
    const plan = { digest, revision, parts: planParts(head.plan) };
    const question = { rules, environment: name, plan, since: undefined, applied: base.plan.digest };
    const found = await settled(this.#session, async () => readEarlier(await this.#fetched(), question));
    const earlier = "findings" in found ? { unavailable: found.findings[0].message } : { approvals: found };
    return { ...review, earlier };
  }

  #fetched(): Promise<SignedNotes> {
    const notes = notesOf(this.#session);
    return (this.#notes ??= notes.fetch().then(() => notes));
  }
}
