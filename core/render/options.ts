import type { JsonObject } from "../manifest/manifest.ts";

/** How a chart is rendered. What is left out is as Helm does it. */
export interface HelmOptions {
  readonly release: string;
  /** Values files as the environment document writes them, relative to the application's path; later ones win. */
  readonly values: readonly string[];
  readonly ignoreMissingValues?: boolean;
  /** Values over those of all files. */
  readonly valuesObject?: JsonObject;
  readonly skipCrds?: boolean;
  readonly skipTests?: boolean;
  readonly skipSchemaValidation?: boolean;
  /** Kubernetes version that templates see. */
  readonly kubeVersion?: string;
  /** API versions that templates see beside the built-in ones. */
  readonly apiVersions?: readonly string[];
  /** Repositories that dependencies may be fetched from. */
  readonly repositories?: readonly string[];
  /** A packaged chart in place of one in the source. */
  readonly chart?: PinnedChart | undefined;
}

/** A packaged chart and what its archive must be. */
export interface PinnedChart {
  /** `oci://host/path` or `https://host/path`. */
  readonly repository: string;
  readonly name: string;
  /** An exact version. */
  readonly version: string;
  /** `sha256:<hex>` of the archive. */
  readonly digest: string;
}

/** What is laid over a kustomization. Paths are as the environment document writes them. */
export interface KustomizeOptions {
  readonly components: readonly string[];
  readonly namespace?: string | undefined;
  readonly namePrefix?: string | undefined;
  readonly nameSuffix?: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly patches: readonly KustomizePatch[];
  readonly replicas: Readonly<Record<string, number>>;
}

/** A patch: in a file or as text. */
export interface KustomizePatch {
  readonly path?: string | undefined;
  readonly patch?: string | undefined;
  readonly target?: Readonly<Record<string, string | undefined>> | undefined;
  readonly options?: Readonly<Record<string, boolean | undefined>> | undefined;
}
