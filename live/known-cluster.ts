import { judgeIdentity } from "../core/cluster/identity.ts";
import { DriftlessError } from "../core/errors/error.ts";

/** So long an answer is good for: a cluster may be replaced behind its address while something follows it. */
const goodForMs = 60_000;

/** Makes sure that a cluster is the one that it was the last time, with one small request beside the first call. */
export class KnownCluster {
  readonly #cluster: string;
  readonly #expected: () => string | undefined;
  readonly #read: () => Promise<string | undefined>;
  #verified: { readonly uid: string; readonly at: number; readonly done: Promise<void> } | undefined;

  /**
   * @param expected Its identity; undefined: any cluster will do.
   * @param read Asks the cluster for its identity; undefined if that may not be read.
   */
  constructor(cluster: string, expected: () => string | undefined, read: () => Promise<string | undefined>) {
    this.#cluster = cluster;
    this.#expected = expected;
    this.#read = read;
  }

  /** Undefined where there is nothing to make sure of. Rejects with CLUSTER_REPLACED, READ_DENIED, or as the call does. */
  verify(): Promise<void> | undefined {
    const uid = this.#expected();
    if (uid === undefined) return undefined;
    const known = this.#verified;
    if (known?.uid === uid && performance.now() - known.at < goodForMs) return known.done;
    const done = this.#compare(uid);
    this.#verified = { uid, at: performance.now(), done };
    done.catch(() => this.forget());
    return done;
  }

  /** The connection was cut: whoever answers next may be somebody else. */
  forget(): void {
    this.#verified = undefined;
  }

  async #compare(uid: string): Promise<void> {
    const finding = judgeIdentity(this.#cluster, uid, await this.#read());
    if (finding !== undefined) throw new DriftlessError([finding]);
  }
}
