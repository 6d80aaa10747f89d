import { z } from "zod";
import { formats } from "../formats.ts";
import { enumerate } from "../text.ts";
import { distinct, name, text } from "./common.ts";
import { eks } from "./eks.ts";
import { kubernetes } from "./kubernetes.ts";

const kubeconfig = z
  .strictObject({
    env: text(formats.variable).default("KUBECONFIG").describe("Environment variable that names the kubeconfig file."),
    path: z.string().min(1).optional().describe("Kubeconfig file, relative to the project; wins over `env`."),
    secret: text(formats.configKey)
      .optional()
      .describe(
        "Key of the stack's configuration that holds the kubeconfig itself: `pulumi config set --secret <key>`.",
      ),
    stack: text(formats.stack)
      .optional()
      .describe("Another stack of the same backend, one of whose outputs is the kubeconfig itself: see `output`."),
    output: text(formats.outputName).optional().describe("Name of that output of `stack`."),
    context: z.string().min(1).optional().describe("Context to use. Default: the kubeconfig's current context."),
    allowExec: distinct(z.string().min(1))
      .optional()
      .describe(
        "Programs that the kubeconfig may run for its credentials, exactly as it names them. Default: none, and a kubeconfig that names one is refused.",
      ),
    allowFiles: z
      .boolean()
      .optional()
      .describe("Whether the kubeconfig may name files of certificates, keys and tokens. Default: false."),
    allowInsecure: z
      .boolean()
      .optional()
      .describe("Whether the API server may be one that cannot prove who it is. Default: false."),
  })
  .check((context) => {
    const { path, secret, stack, output } = context.value;
    const named = Object.entries({ path, secret, stack }).flatMap(([key, value]) => (value === undefined ? [] : [key]));
    const issue = (message: string, fix: string): void => {
      context.issues.push({ code: "custom", input: context.value, message, params: { fix } });
    };
    if (named.length > 1) issue(`The kubeconfig comes from ${enumerate(named, "and")} at once.`, "Keep one of them.");
    if ((stack === undefined) !== (output === undefined)) {
      issue("`stack` and `output` go together.", "Write, say, `{ stack: platform, output: kubeconfig }`.");
    }
  })
  .describe("A cluster that exists.");

const audit = z
  .strictObject({
    path: z.string().min(1).optional().describe("The log, relative to the project; wins over `env`."),
    env: text(formats.variable)
      .optional()
      .describe(
        "Environment variable that names the log; several of them, as of more than one API server, as in PATH.",
      ),
  })
  .check((context) => {
    if (context.value.path !== undefined || context.value.env !== undefined) return;
    const message = "The audit log is named by neither `path` nor `env`.";
    const params = { fix: "Write, say, `path: audit.log`." };
    context.issues.push({ code: "custom", input: context.value, message, params });
  })
  .describe(
    "The audit log of the cluster, as kube-apiserver's --audit-log-path writes it: `driftless drift` then says which user changed what.",
  );

const local = z
  .strictObject({ name: name.describe("Name given to `driftless cluster up`.") })
  .describe("A local control plane of this project.");

/** The ways to say which cluster is meant: exactly one of these keys. */
export const clusterKinds = ["kubeconfig", "local", "eks"] as const;

const labels = z
  .record(name, text(formats.labelValue))
  .optional()
  .describe("Labels by which tenants, applications, application sets and the steps of a rollout choose clusters.");

/** What may be said of any cluster. */
const about = { kubernetes: kubernetes.optional(), labels, audit: audit.optional() };

// In the order of `clusterKinds`, which is how `validate` finds the words for a mistake.
/** One cluster. */
export const cluster = z
  .union([
    z.strictObject({ kubeconfig, ...about }),
    z.strictObject({ local, ...about }),
    z.strictObject({ eks, ...about }),
  ])
  .meta({ title: "Cluster", description: "One cluster: one of `kubeconfig`, `local` and `eks`." });
