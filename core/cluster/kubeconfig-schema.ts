import { z } from "zod";

/*
 * The parts of a kubeconfig that Driftless reads; anything else in them is passed on as it is.
 */

const text = z.string().min(1);

const clusterSchema = z.looseObject({
  server: z.url({ protocol: /^https?$/, error: "an https URL" }),
  "certificate-authority": text.optional(),
  "certificate-authority-data": text.optional(),
});

const userSchema = z.looseObject({
  "client-certificate": text.optional(),
  "client-certificate-data": text.optional(),
  "client-key": text.optional(),
  "client-key-data": text.optional(),
  token: z.string().optional(),
  tokenFile: text.optional(),
});

const contextSchema = z.looseObject({ cluster: text, user: text.optional() });

/** One kubeconfig file. */
export const kubeconfigSchema = z.looseObject({
  "current-context": z.string().nullish(),
  clusters: z.array(z.looseObject({ name: text, cluster: clusterSchema })).nullish(),
  users: z.array(z.looseObject({ name: text, user: userSchema.nullish() })).nullish(),
  contexts: z.array(z.looseObject({ name: text, context: contextSchema })).nullish(),
});
