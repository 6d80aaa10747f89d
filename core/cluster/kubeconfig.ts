import { readFile } from "node:fs/promises";
import path from "node:path";
import type { KubeconfigClusterSpec } from "../environment/spec.ts";
import { failure, throwErrors, type DriftlessError } from "../errors/error.ts";
import { readKubeconfigs, type KubeconfigContext, type KubeconfigFile } from "./kubeconfig-files.ts";
import { untrusted } from "./kubeconfig-trust.ts";

/** How to reach one cluster. */
export interface ResolvedKubeconfig {
  /** A whole kubeconfig as JSON, with one cluster, user and context and no reference to other files. Holds secrets. */
  readonly content: string;
  /** Name of its context. */
  readonly context: string;
  /** URL of the API server. */
  readonly server: string;
}

/** File references of a kubeconfig and the fields that hold the same content in place. */
const clusterFiles = { "certificate-authority": "certificate-authority-data" } as const;
const userFiles = {
  "client-certificate": "client-certificate-data",
  "client-key": "client-key-data",
  tokenFile: "token",
} as const;

/**
 * Reads, checks and reduces the kubeconfig of a cluster. What it may make this program do besides calling the API server
 * is what the document allows. Throws KUBECONFIG_INVALID, KUBECONFIG_DENIED, or CLUSTER_UNREACHABLE for a local cluster
 * that is down.
 */
export async function resolveKubeconfig(
  name: string,
  spec: KubeconfigClusterSpec,
  context: KubeconfigContext,
): Promise<ResolvedKubeconfig> {
  const files = await readKubeconfigs(name, spec, context);
  const wanted = "local" in spec ? undefined : spec.kubeconfig.context;
  const chosen = wanted ?? files.map(({ config }) => config["current-context"]).find((current) => Boolean(current));
  if (!chosen) {
    throw invalid(
      name,
      files,
      "current-context",
      "names no current context",
      `Set clusters.${name}.kubeconfig.context.`,
    );
  }
  const found = find(files, ({ config }) => config.contexts, chosen);
  if (found === undefined) {
    const known = files.flatMap(({ config }) => (config.contexts ?? []).map((item) => item.name));
    const fix = `Contexts that it has: ${known.join(", ") || "none"}.`;
    throw invalid(name, files, "contexts", `has no context "${chosen}"`, fix);
  }
  const { cluster: clusterName, user: userName, ...rest } = found.entry.context;
  const cluster = find(files, ({ config }) => config.clusters, clusterName);
  if (cluster === undefined) {
    throw invalid(name, files, "clusters", `has no cluster "${clusterName}", which context "${chosen}" names`);
  }
  const user = userName === undefined ? undefined : find(files, ({ config }) => config.users, userName);
  if (userName !== undefined && user === undefined) {
    throw invalid(name, files, "users", `has no user "${userName}", which context "${chosen}" names`);
  }
  const { label } = (user ?? cluster).file;
  const entries = { cluster: cluster.entry.cluster, user: user?.entry.user ?? {} };
  throwErrors(untrusted(name, "local" in spec ? {} : spec.kubeconfig, { label, ...entries }));
  const content = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": chosen,
    clusters: [{ name: clusterName, cluster: await inline(name, cluster.entry.cluster, cluster.file, clusterFiles) }],
    contexts: [
      {
        name: chosen,
        context: { cluster: clusterName, ...(userName === undefined ? {} : { user: userName }), ...rest },
      },
    ],
    users:
      user === undefined
        ? []
        : [{ name: userName, user: await inline(name, user.entry.user ?? {}, user.file, userFiles) }],
  };
  return { content: JSON.stringify(content), context: chosen, server: cluster.entry.cluster.server };
}

/** The first entry of that name, as kubectl merges files: the first to say something wins. */
function find<T extends { readonly name: string }>(
  files: readonly KubeconfigFile[],
  entries: (file: KubeconfigFile) => readonly T[] | null | undefined,
  name: string,
): { readonly entry: T; readonly file: KubeconfigFile } | undefined {
  for (const file of files) {
    const entry = entries(file)?.find((item) => item.name === name);
    if (entry !== undefined) return { entry, file };
  }
  return undefined;
}

/** Replaces references to files by what the files hold; data that is there already wins, as it does for kubectl. */
async function inline(
  cluster: string,
  entry: Readonly<Record<string, unknown>>,
  file: KubeconfigFile,
  references: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, unknown>>> {
  const result: Record<string, unknown> = { ...entry };
  for (const [reference, data] of Object.entries(references)) {
    const target = result[reference];
    if (typeof target !== "string") continue;
    delete result[reference];
    if (result[data] !== undefined && result[data] !== "") continue;
    const content = await readReference(cluster, file, reference, target);
    result[data] = data === "token" ? content.toString("utf8").trim() : content.toString("base64");
  }
  const exec = result["exec"];
  if (isExec(exec)) result["exec"] = { ...exec, command: pluginPath(exec.command, file) };
  return result;
}

function isExec(value: unknown): value is { readonly command: string } {
  return typeof value === "object" && value !== null && "command" in value && typeof value.command === "string";
}

/** A credential plugin is looked up on PATH, or, if its name has a slash, from the folder of the kubeconfig. */
function pluginPath(command: string, file: KubeconfigFile): string {
  return command.includes("/") ? path.resolve(file.folder, command) : command;
}

async function readReference(cluster: string, file: KubeconfigFile, field: string, target: string): Promise<Buffer> {
  try {
    return await readFile(path.resolve(file.folder, target));
  } catch (cause) {
    const problem = `names a ${field} file "${path.basename(target)}" that cannot be read`;
    throw invalid(
      cluster,
      [file],
      field,
      problem,
      "Put the file there, or write its content into the kubeconfig.",
      cause,
    );
  }
}

function invalid(
  cluster: string,
  files: readonly KubeconfigFile[],
  field: string,
  problem: string,
  fix = "Mend the kubeconfig, or name another context.",
  cause?: unknown,
): DriftlessError {
  const place = { file: files[0]?.label ?? "kubeconfig", field };
  return failure("KUBECONFIG_INVALID", `The kubeconfig of cluster "${cluster}" ${problem}.`, fix, { place, cause });
}
