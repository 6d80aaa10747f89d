import type { Path } from "../../environment/node.ts";

/** Something wrong with an EKS cluster of a document. */
export interface Fault {
  /** Below the cluster's `eks`. */
  readonly path: Path;
  readonly message: string;
  readonly fix: string;
}
