/**
 * How a run should react to an error.
 * - `terminal`: the input is wrong; only a person can mend it. Exit code 1.
 * - `waiting`: something outside has to become true first (a lock, a cluster that starts). Exit code 3.
 * - `transient`: the same run may succeed later (network, throttling). Exit code 4.
 */
export type ErrorKind = "terminal" | "waiting" | "transient";

/** The closed list of error codes: what a user sees, searches for and scripts against. Codes are never renamed. */
export const errorCodes = {
  USAGE: "terminal",
  INTERNAL: "terminal",
  INTERRUPTED: "terminal",

  // Environment documents and images.yaml
  ENVIRONMENT_NOT_FOUND: "terminal",
  CONFIG_INVALID: "terminal",
  NAME_INVALID: "terminal",
  REVISION_INVALID: "terminal",
  DEPENDENCY_CYCLE: "terminal",
  IMAGE_UNUSED: "terminal",
  SET_EMPTY: "terminal",

  // YAML
  YAML_SYNTAX: "terminal",
  YAML_DUPLICATE_KEY: "terminal",
  YAML_LIMIT: "terminal",

  // Git
  GIT_URL_INVALID: "terminal",
  GIT_URL_DENIED: "terminal",
  GIT_REF_INVALID: "terminal",
  GIT_UNREACHABLE: "transient",
  GIT_REDIRECT_DENIED: "terminal",
  GIT_AUTHOR_MISSING: "terminal",
  GIT_SIGN_FAILED: "terminal",
  GIT_PUSH_DENIED: "terminal",
  GIT_BRANCH_MOVED: "transient",
  GIT_BRANCH_TAKEN: "terminal",
  REF_NOT_FOUND: "terminal",
  COMMIT_NOT_FOUND: "terminal",
  PATH_NOT_FOUND: "terminal",
  PATH_ESCAPE: "terminal",
  SYMLINK_ESCAPE: "terminal",
  SUBMODULE_UNSUPPORTED: "terminal",
  LFS_UNSUPPORTED: "terminal",
  REPO_LIMIT: "terminal",

  // Rendering
  RENDER_FAILED: "terminal",
  RENDER_LIMIT: "terminal",
  PARAMETER_UNKNOWN: "terminal",
  PARAMETER_UNUSED: "terminal",
  REMOTE_BASE_DENIED: "terminal",
  OPTION_DENIED: "terminal",
  URL_SCHEME_DENIED: "terminal",
  CHART_INVALID: "terminal",
  CHART_DENIED: "terminal",
  CHART_UNPINNED: "terminal",
  CHART_MISMATCH: "terminal",
  CHART_NOT_FOUND: "terminal",
  CHART_UNREACHABLE: "transient",
  CHART_IMPURE: "terminal",
  HOOK_NOT_RUN: "terminal",

  // Checks on rendered objects
  SCHEMA_INVALID: "terminal",
  OBJECT_TOO_LARGE: "terminal",
  DUPLICATE_OBJECT: "terminal",
  OWNED_BY_OTHER_APP: "terminal",
  SCOPE_DENIED: "terminal",
  RESERVED_METADATA: "terminal",
  ORDER_INVALID: "terminal",

  // Clusters
  KUBECONFIG_INVALID: "terminal",
  KUBECONFIG_DENIED: "terminal",
  CLUSTER_UNREACHABLE: "transient",
  CLUSTER_DIFFERS: "terminal",
  CLUSTER_REPLACED: "terminal",
  CLUSTER_NOT_LOST: "terminal",
  READ_DENIED: "terminal",
  DEPLOYER_DENIED: "terminal",
  CLUSTER_START_FAILED: "terminal",
  AWS_CREDENTIALS: "terminal",
  AWS_DENIED: "terminal",
  EKS_CLUSTER_UNKNOWN: "terminal",
  EKS_CLUSTER_LOST: "terminal",
  EKS_CLUSTER_NOT_READY: "waiting",
  EKS_UPGRADE_REFUSED: "terminal",
  CLUSTER_PROTECTED: "terminal",

  // Toolchain
  TOOL_MISSING: "terminal",
  TOOL_BUILD_FAILED: "terminal",
  TOOL_FAILED: "terminal",

  // Engine, state and policy
  PLAN_STALE: "terminal",
  POLICY_UNAVAILABLE: "terminal",
  POLICY_VIOLATION: "terminal",
  PASSPHRASE_MISSING: "terminal",
  PASSPHRASE_WRONG: "terminal",
  LOCKED: "waiting",
  STATE_UNAVAILABLE: "transient",
  STATE_CORRUPT: "terminal",
  ENGINE_FAILED: "terminal",
  UPDATE_FAILED: "terminal",
  FIELD_CONFLICT: "terminal",
  SUPERSEDED: "waiting",

  IMMUTABLE_FIELD: "terminal",

  // History and rollback
  UPDATE_NOT_FOUND: "terminal",
  ROLLBACK_IMPOSSIBLE: "terminal",
  ROLLBACK_CONFLICT: "terminal",
  REVISION_BLOCKED: "terminal",
  IMAGE_BLOCKED: "terminal",
  BLOCK_NOT_FOUND: "terminal",

  // Deletions
  DELETIONS_EXCEEDED: "terminal",
  DELETION_UNCONFIRMED: "terminal",
  EMPTY_APPLICATION: "terminal",
  APPLICATION_MOVED: "terminal",
  EMPTY_ENVIRONMENT: "terminal",

  // Delivery
  OBJECT_REFUSED: "terminal",
  WEBHOOK_FAILED: "waiting",
  KIND_UNKNOWN: "terminal",
  OBJECT_TERMINATING: "waiting",
  UNHEALTHY: "terminal",
  HEALTH_TIMEOUT: "waiting",
  DEPENDENCY_UNHEALTHY: "waiting",
  ROLLOUT_HELD: "waiting",
  HOOK_FAILED: "terminal",
  DELETION_TIMEOUT: "waiting",
  DELETION_HELD: "waiting",

  // Approvals
  APPROVAL_MISSING: "waiting",
  APPROVAL_DENIED: "terminal",
  APPROVALS_UNAVAILABLE: "transient",

  // Drift
  BASELINE_INVALID: "terminal",
  BASELINE_MISSING: "terminal",
  BASELINE_STALE: "terminal",
  HEAL_CONFLICT: "transient",
  AUDIT_UNAVAILABLE: "terminal",
  DRIFT_NOT_ACCEPTED: "terminal",

  // Forges and promotion
  FORGE_UNKNOWN: "terminal",
  FORGE_TOKEN_MISSING: "terminal",
  FORGE_DENIED: "terminal",
  FORGE_LIMITED: "transient",
  FORGE_REFUSED: "terminal",
  FORGE_UNREACHABLE: "transient",
  PULL_REQUEST_CLOSED: "terminal",
  PROMOTION_REFUSED: "terminal",
  PROMOTION_WAITING: "waiting",

  // Registries and image updates
  REGISTRY_DENIED: "terminal",
  REGISTRY_INVALID: "terminal",
  REGISTRY_LIMITED: "transient",
  REGISTRY_UNREACHABLE: "transient",
  IMAGE_NOT_FOUND: "terminal",
  IMAGES_REFUSED: "terminal",
  IMAGES_WAITING: "waiting",
} as const satisfies Record<string, ErrorKind>;

/** A code of the closed list, such as `CONFIG_INVALID`. */
export type ErrorCode = keyof typeof errorCodes;
