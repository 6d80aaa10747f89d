/** One commit of the config repository of the walk to production. */
export interface Release {
  readonly version: string;
  readonly message: string;
  /** What it replaces in the manifest of the Deployment. */
  readonly replaces: readonly (readonly [old: string, now: string])[];
}

/** The manifest that releases change. */
export const releasedFile = "applications/storefront/base/deployment.yaml";

/** The releases, oldest first; the first one is `config/` as it stands. */
export const releases = {
  first: { version: "1.4.0", message: "storefront 1.4.0", replaces: [] },
  good: { version: "1.5.0", message: "storefront 1.5.0", replaces: [[":1.4.0", ":1.5.0"]] },
  better: { version: "1.5.1", message: "storefront 1.5.1: rounds prices", replaces: [[":1.5.0", ":1.5.1"]] },
  /** One pod of it fits into dev; what production allows its three pods is too little. */
  bad: {
    version: "1.6.0",
    message: "storefront 1.6.0: keeps the catalog in memory",
    replaces: [
      [":1.5.1", ":1.6.0"],
      ["memory: 128Mi", "memory: 512Mi"],
    ],
  },
} as const satisfies Record<string, Release>;
