import type { OrphanObject } from "../../core/drift/classify.ts";
import type { KubernetesObject } from "../../core/manifest/manifest.ts";
import { resourceName } from "../../core/plan/identity.ts";
import { ownerOf } from "../../core/plan/owned.ts";
import type { WatchedObjects } from "./watched-objects.ts";

/** Objects that say that they are of the environment and that its state does not know. */
export class WatchOrphans {
  readonly #claimed = new Map<string, { readonly cluster: string; readonly object: KubernetesObject }>();
  /** Resource names of those that were told, so that their end can be. */
  readonly #told = new Set<string>();
  #changed = false;

  /** True if they have to be judged again. */
  get changed(): boolean {
    return this.#changed;
  }

  /** Notes one that says so. */
  claim(cluster: string, object: KubernetesObject): void {
    const { uid } = object.metadata;
    if (typeof uid !== "string" || this.#claimed.has(uid)) return;
    this.#claimed.set(uid, { cluster, object });
    this.#changed = true;
  }

  /** Notes that one is gone, or says so no more. */
  unclaim(uid: string): void {
    if (this.#claimed.delete(uid)) this.#changed = true;
  }

  /** They have to be judged again: the state is another. */
  touch(): void {
    this.#changed = true;
  }

  /** Notes one that was told before. */
  told(name: string): void {
    this.#told.add(name);
  }

  /**
   * Those that there are now, and the names of those that were told and are none any more.
   * @param isLost True for a cluster of which nothing is known: what was told of it stays.
   */
  judge(
    objects: WatchedObjects,
    isLost: (cluster: string) => boolean,
  ): { readonly orphans: readonly OrphanObject[]; readonly ended: readonly string[] } {
    this.#changed = false;
    const orphans = [...this.#claimed].flatMap(([uid, { cluster, object }]): readonly OrphanObject[] => {
      const name = resourceName(cluster, object);
      // A cluster may have two names, and a kind may be served by two API groups.
      if (objects.get(name) !== undefined || objects.isKnown(uid)) return [];
      return [{ resourceName: name, owner: ownerOf(object) ?? "environment", object }];
    });
    const now = new Set(orphans.map((orphan) => orphan.resourceName));
    const ended = [...this.#told].filter((name) => !now.has(name) && !isLost(name.split("/")[0] ?? ""));
    for (const name of ended) this.#told.delete(name);
    return { orphans, ended };
  }
}
