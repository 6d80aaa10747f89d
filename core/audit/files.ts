import { readdir, stat } from "node:fs/promises";
import { basename, delimiter, dirname, extname, isAbsolute, join, resolve } from "node:path";
import type { KubeconfigContext } from "../cluster/kubeconfig-files.ts";
import type { ClusterSpec } from "../environment/spec.ts";
import { failure } from "../errors/error.ts";

/** Where the audit log of a cluster is. */
export type AuditSource = NonNullable<ClusterSpec["audit"]>;

/** A log of an API server, or a part of it that was put aside. */
export interface LogFile {
  /** How messages name it; never an absolute path. */
  readonly label: string;
  readonly path: string;
}

/** The logs that a document names: several where the variable lists several, as with more than one API server. */
export function auditLogs(
  cluster: string,
  source: AuditSource,
  { project, env }: KubeconfigContext,
): readonly LogFile[] {
  const { path, env: variable } = source;
  if (path !== undefined) return [{ label: isAbsolute(path) ? basename(path) : path, path: resolve(project, path) }];
  const named = (variable === undefined ? "" : (env[variable] ?? "")).split(delimiter).filter((each) => each !== "");
  if (named.length > 0) return named.map((each) => ({ label: `$${variable ?? ""}`, path: resolve(project, each) }));
  throw failure(
    "AUDIT_UNAVAILABLE",
    `The environment variable ${variable ?? ""}, which names the audit log of cluster "${cluster}", is not set.`,
    `Set ${variable ?? "it"} to the path of the log, or name the file in clusters.${cluster}.audit.path.`,
  );
}

/**
 * Parts of a log that were put aside, the newest first, as far as they were written to after a time: named as
 * kube-apiserver names them (`audit-2026-11-22T14-17-55.000.log`), or as logrotate does (`audit.log.1`); packed or not.
 */
export async function rotatedLogs({ label, path }: LogFile, since: number): Promise<readonly LogFile[]> {
  const folder = dirname(path);
  const pattern = rotatedName(basename(path));
  const names = (await readdir(folder)).filter((name) => pattern.test(name));
  const found = await Promise.all(
    names.map(async (name) => ({ name, written: (await stat(join(folder, name))).mtimeMs })),
  );
  return found
    .filter(({ written }) => written >= since)
    .sort((left, right) => right.written - left.written)
    .map(({ name }) => ({
      label: label.startsWith("$") ? `${label}: ${name}` : join(dirname(label), name),
      path: join(folder, name),
    }));
}

function rotatedName(name: string): RegExp {
  const extension = extname(name);
  const stem = name.slice(0, name.length - extension.length);
  const [own, begin, end] = [name, stem, extension].map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  const time = String.raw`\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}\.\d{3}`;
  return new RegExp(String.raw`^(?:${begin ?? ""}-${time}${end ?? ""}|${own ?? ""}[.-]\d+)(?:\.gz)?$`);
}
