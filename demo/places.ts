import { join } from "node:path";

/** The environment and the local cluster that the demo uses. */
export const environment = "dev";
export const clusterName = "dev";

const project = join(import.meta.dirname, "..");
const local = join(project, ".driftless");

/** Everything that the demo makes, and the document whose pin it moves. */
export const places = {
  project,
  local,
  demo: join(local, "demo"),
  configRepo: join(local, "demo", "config.git"),
  cluster: join(local, "clusters", clusterName),
} as const;

/** What the walk from dev to production makes. */
export const promotionPlaces = {
  /** Its local cluster. */
  cluster: "shop",
  kubeconfig: join(local, "clusters", "shop", "kubeconfig"),
  folder: join(places.demo, "promotion"),
  /** The folder as somebody in this checkout types it. */
  shown: ".driftless/demo/promotion",
  forge: join(places.demo, "promotion", "forge"),
} as const;
