import type { JsonObject } from "../core/manifest/manifest.ts";
import { objectsOf } from "./json.ts";

interface Kind {
  readonly plural: string;
  readonly namespaced: boolean;
}

/** Knows the path of every kind that an API server serves; asks once for each group and version. */
export class Discovery {
  readonly #get: (path: string) => Promise<JsonObject | undefined>;
  readonly #groups = new Map<string, Promise<ReadonlyMap<string, Kind>>>();

  constructor(get: (path: string) => Promise<JsonObject | undefined>) {
    this.#get = get;
  }

  /**
   * Path of a kind, in a namespace if it is namespaced and one is given; undefined if it is not served. That is not
   * remembered: the kind may come with a CustomResourceDefinition in a moment.
   */
  async path(apiVersion: string, kind: string, namespace: string | undefined): Promise<string | undefined> {
    const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const kinds = this.#groups.get(root) ?? this.#discover(root);
    this.#groups.set(root, kinds);
    const found = await kinds.then(
      (known) => known.get(kind),
      (error: unknown) => {
        this.#groups.delete(root);
        throw error;
      },
    );
    if (found === undefined) {
      this.#groups.delete(root);
      return undefined;
    }
    const scope = found.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : "";
    return `${root}${scope}/${found.plural}`;
  }

  async #discover(root: string): Promise<ReadonlyMap<string, Kind>> {
    const kinds = new Map<string, Kind>();
    for (const { name, kind, namespaced } of objectsOf((await this.#get(root))?.["resources"])) {
      if (typeof name !== "string" || typeof kind !== "string" || name.includes("/")) continue;
      kinds.set(kind, { plural: name, namespaced: namespaced === true });
    }
    return kinds;
  }
}
