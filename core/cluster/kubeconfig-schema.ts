import { z } from "zod";

/*
 * The parts of a kubeconfig that Driftless reads; anything else in them is passed on as it is.
 */

const text = z.string().min(1);

const clusterSchema = z.looseObject({
  server: z.url({ protocol: /^https?$/, error: "an https URL" }),
  "certificate-authority": text.optional(),
  "certificate-authority-data": text.optional(),
  "insecure-skip-tls-verify": z.boolean().nullish(),
});

const userSchema = z.looseObject({
  "client-certificate": text.optional(),
  "client-certificate-data": text.optional(),
  "client-key": text.optional(),
  "client-key-data": text.optional(),
  token: z.string().optional(),
  tokenFile: text.optional(),
  exec: z
    .looseObject({
      command: text,
      env: z.array(z.looseObject({ name: text })).nullish(),
    })
    .nullish(),
});

/** The entry of a cluster, as far as it is read. */
export type KubeconfigCluster = z.infer<typeof clusterSchema>;
/** The entry of a user, as far as it is read. */
export type KubeconfigUser = z.infer<typeof userSchema>;

const contextSchema = z.looseObject({ cluster: text, user: text.optional() });

/** One kubeconfig file. */
export const kubeconfigSchema = z.looseObject({
  "current-context": z.string().nullish(),
  clusters: z.array(z.looseObject({ name: text, cluster: clusterSchema })).nullish(),
  users: z.array(z.looseObject({ name: text, user: userSchema.nullish() })).nullish(),
  contexts: z.array(z.looseObject({ name: text, context: contextSchema })).nullish(),
});
