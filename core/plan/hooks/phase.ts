/** When a hook runs, in the order of a delivery. */
export const hookPhases = ["pre-deploy", "post-deploy", "on-failure", "pre-delete"] as const;

/**
 * - `pre-deploy`: before the application's objects are created or changed.
 * - `post-deploy`: when all of them are healthy.
 * - `on-failure`: after an update in which the application failed.
 * - `pre-delete`: before its first object is deleted with it.
 */
export type HookPhase = (typeof hookPhases)[number];

/** When what a hook left behind is deleted. */
export const hookDeletePolicies = ["before-creation", "on-success", "on-failure"] as const;

/**
 * - `before-creation`: what an earlier run left is deleted before the hook runs again.
 * - `on-success`: deleted as soon as it has succeeded.
 * - `on-failure`: deleted as soon as it has failed.
 */
export type HookDeletePolicy = (typeof hookDeletePolicies)[number];
