import { readFile } from "node:fs/promises";
import path from "node:path";
import { parse } from "yaml";
import type { z } from "zod";
import type { MadeAt } from "../eks/lost.ts";
import type { KubeconfigClusterSpec } from "../environment/spec.ts";
import { DriftlessError, failure } from "../errors/error.ts";
import type { Finding } from "../errors/finding.ts";
import { isSystemError } from "../errors/system-error.ts";
import type { Identities } from "./identity.ts";
import { kubeconfigSchema } from "./kubeconfig-schema.ts";

/** Where things are on this machine. */
export interface KubeconfigContext {
  /** Project root: absolute path. */
  readonly project: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Gets kubeconfigs that only the engine can decrypt. Default: they cannot be had. */
  readonly reveal?: Reveal | undefined;
  /** Which cluster each name must stand for: nothing is believed of another one, or done to it. Default: any. */
  readonly identities?: Pick<Identities, "get"> | undefined;
  /** EKS clusters that the state holds, by their names at AWS: one of them that AWS does not have is lost. Default: none. */
  readonly heldEks?: Pick<ReadonlyMap<string, MadeAt>, "get"> | undefined;
}

/** Where the engine keeps a kubeconfig: in the configuration of the stack, or among the outputs of another one. */
export type KeptKubeconfig = { readonly secret: string } | { readonly stack: string; readonly output: string };

/**
 * Gets what the engine keeps, decrypted: the text of a kubeconfig, or the value that it is. It is held in memory only.
 * Throws whatever keeps the engine from telling it, without its content.
 */
export type Reveal = (kept: KeptKubeconfig) => Promise<unknown>;

/** A kubeconfig file that was read and has the right shape. */
export interface KubeconfigFile {
  /** How messages name it; never an absolute path. */
  readonly label: string;
  /** Absolute path of its folder, from which it names other files. */
  readonly folder: string;
  readonly config: z.infer<typeof kubeconfigSchema>;
}

interface Candidate {
  readonly label: string;
  readonly path: string;
}

/** Reads the kubeconfig files that a cluster of the environment names: several where the variable lists several. */
export async function readKubeconfigs(
  cluster: string,
  spec: KubeconfigClusterSpec,
  context: KubeconfigContext,
): Promise<readonly KubeconfigFile[]> {
  if ("kubeconfig" in spec) {
    const kept = keptKubeconfig(spec.kubeconfig);
    if (kept !== undefined) return [await readKept(cluster, kept, context)];
  }
  const files: KubeconfigFile[] = [];
  const candidates = candidateFiles(cluster, spec, context);
  for (const candidate of candidates) {
    const text = await readText(candidate);
    if (text !== undefined) files.push(parseFile(candidate, text));
  }
  if (files.length > 0) return files;
  if ("local" in spec) {
    throw failure(
      "CLUSTER_UNREACHABLE",
      `The local cluster "${spec.local.name}" of cluster "${cluster}" is not running.`,
      `Start it: driftless cluster up ${spec.local.name}`,
    );
  }
  throw failure(
    "KUBECONFIG_INVALID",
    `The kubeconfig of cluster "${cluster}" does not exist (${candidates.map(({ label }) => label).join(", ")}).`,
    `Set ${spec.kubeconfig.env} to its path, or name it in clusters.${cluster}.kubeconfig.path.`,
  );
}

type KubeconfigSpec = Extract<KubeconfigClusterSpec, { readonly kubeconfig: unknown }>["kubeconfig"];

/** Where the engine keeps the kubeconfig of a cluster; undefined for one in a file. */
export function keptKubeconfig({ secret, stack, output }: KubeconfigSpec): KeptKubeconfig | undefined {
  if (secret !== undefined) return { secret };
  return stack === undefined || output === undefined ? undefined : { stack, output };
}

async function readKept(
  cluster: string,
  kept: KeptKubeconfig,
  { project, reveal }: KubeconfigContext,
): Promise<KubeconfigFile> {
  const label = "secret" in kept ? `config ${kept.secret}` : `output ${kept.output} of ${kept.stack}`;
  if (reveal === undefined) throw new Error(`nothing here can read the kubeconfig of ${cluster}`);
  const value = await reveal(kept);
  // A program may export it as text or as an object.
  const text = typeof value === "string" ? value : JSON.stringify(value ?? null);
  return parseFile({ label, path: path.join(project, "kubeconfig") }, text);
}

function candidateFiles(
  cluster: string,
  spec: KubeconfigClusterSpec,
  { project, env }: KubeconfigContext,
): readonly Candidate[] {
  if ("local" in spec) {
    const file = path.join(".driftless", "clusters", spec.local.name, "kubeconfig");
    return [{ label: file, path: path.join(project, file) }];
  }
  const { path: file, env: variable } = spec.kubeconfig;
  if (file !== undefined) {
    return [{ label: path.isAbsolute(file) ? path.basename(file) : file, path: path.resolve(project, file) }];
  }
  const named = (env[variable] ?? "").split(path.delimiter).filter((item) => item !== "");
  if (named.length > 0) return named.map((item) => ({ label: `$${variable}`, path: path.resolve(project, item) }));
  const home = env["HOME"];
  // Only for the variable that kubectl reads: a forgotten PRODUCTION_KUBECONFIG must not lead to another cluster.
  if (variable === "KUBECONFIG" && home !== undefined && home !== "") {
    return [{ label: "~/.kube/config", path: path.join(home, ".kube", "config") }];
  }
  throw failure(
    "KUBECONFIG_INVALID",
    `The environment variable ${variable}, which names the kubeconfig of cluster "${cluster}", is not set.`,
    `Set ${variable} to the path of a kubeconfig, or name the file in clusters.${cluster}.kubeconfig.path.`,
  );
}

async function readText(candidate: Candidate): Promise<string | undefined> {
  try {
    return await readFile(candidate.path, "utf8");
  } catch (cause) {
    if (isSystemError(cause, "ENOENT")) return undefined;
    throw failure(
      "KUBECONFIG_INVALID",
      "The kubeconfig cannot be read.",
      "Check that it is a file and that you may read it.",
      { place: { file: candidate.label }, cause },
    );
  }
}

function parseFile(candidate: Candidate, text: string): KubeconfigFile {
  const place = { file: candidate.label };
  let content: unknown;
  try {
    content = parse(text, { maxAliasCount: 0, prettyErrors: false });
  } catch (cause) {
    // The parser's own message may quote a line, and with it a token.
    throw failure("KUBECONFIG_INVALID", "The kubeconfig is not valid YAML.", "Write the file anew.", { place, cause });
  }
  const parsed = kubeconfigSchema.safeParse(content);
  if (parsed.success) return { label: candidate.label, folder: path.dirname(candidate.path), config: parsed.data };
  const [first, ...rest] = parsed.error.issues.map(({ path: field, message }): Finding => {
    const name = field.map(String).join(".") || "the file";
    return {
      code: "KUBECONFIG_INVALID",
      severity: "error",
      message: `${name} is missing or wrong: ${message}.`,
      place: { file: candidate.label, field: name },
      fix: "Mend the kubeconfig, or get a new one from whoever runs the cluster.",
    };
  });
  if (first === undefined) throw parsed.error;
  throw new DriftlessError([first, ...rest], { cause: parsed.error });
}
