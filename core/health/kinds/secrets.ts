import { byCondition } from "./ready.ts";

/** external-secrets.io ExternalSecret, ClusterExternalSecret and PushSecret: healthy once the Secret is synchronised. */
export const externalSecret = byCondition({ before: "The secret was not fetched yet." });

/** external-secrets.io SecretStore and ClusterSecretStore: healthy once the store lets it in. */
export const secretStore = byCondition({ before: "The store was not validated yet." });

/** bitnami.com SealedSecret: healthy once it is unsealed; degraded if its key does not fit. */
export const sealedSecret = byCondition({ type: "Synced", before: "It was not unsealed yet." });
