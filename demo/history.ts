/** One commit of the demo's config repository. */
export interface DemoCommit {
  readonly message: string;
  /** Folder under `config/`: its files are laid over those of the commit before. */
  readonly folder: string;
  /** Files that the commit removes. */
  readonly removes: readonly string[];
}

/** The commits of the demo's config repository, oldest first. */
export const history = [
  { message: "Run the shop: storefront, catalog and notifier", folder: "1-first-release", removes: [] },
  {
    message: "storefront 1.5.0 on three replicas; summer follows spring",
    folder: "2-storefront-1.5",
    removes: ["applications/storefront/spring-sale.yaml"],
  },
  {
    message: "catalog uses the managed database; its own one goes",
    folder: "3-catalog-managed-db",
    removes: ["applications/catalog/base/database.yaml"],
  },
  { message: "notifier 1.0.0 speaks chat", folder: "4-notifier-chat", removes: [] },
] as const satisfies readonly DemoCommit[];
