import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { stringify } from "yaml";
import { failure } from "../../core/errors/error.ts";
import { isSystemError } from "../../core/errors/system-error.ts";
import { quote } from "../../core/errors/quote.ts";
import { kindGroup, type KubernetesObject } from "../../core/manifest/manifest.ts";
import type { TenantContents } from "./contents.ts";

/** What has been written. */
export interface Export {
  readonly files: number;
  /** Secrets that were left out. */
  readonly secrets: number;
}

/**
 * Writes every object as `<cluster>/<namespace>/<Kind.group>/<name>.yaml` below a folder, as it can be applied again.
 * Only its owner may read what is written.
 * @param folder Absolute, or relative to the working directory of the project; must hold nothing yet.
 * @throws USAGE for a folder that holds something or cannot be written.
 */
export async function exportContents(
  contents: readonly TenantContents[],
  { project, folder, secrets }: { readonly project: string; readonly folder: string; readonly secrets: boolean },
): Promise<Export> {
  const root = resolve(project, folder);
  await makeEmpty(root, folder);
  let files = 0;
  let left = 0;
  for (const { cluster, objects } of contents) {
    for (const object of objects) {
      if (kindGroup(object) === "Secret" && !secrets) left += 1;
      else {
        await write(join(root, cluster), object);
        files += 1;
      }
    }
  }
  return { files, secrets: left };
}

async function makeEmpty(root: string, folder: string): Promise<void> {
  try {
    await mkdir(root, { recursive: true, mode: 0o700 });
    if ((await readdir(root)).length === 0) return;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const message = `The folder ${quote(folder)} cannot be written (${error.code}).`;
    throw failure("USAGE", message, "Name a folder that can be made.", { cause: error });
  }
  throw failure("USAGE", `The folder ${quote(folder)} holds something already.`, "Name one that is new or empty.");
}

async function write(root: string, object: KubernetesObject): Promise<void> {
  const { namespace } = object.metadata;
  const folder = join(root, typeof namespace === "string" ? namespace : "_", kindGroup(object));
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // Names of some kinds may hold a colon, and none a slash.
  await writeFile(join(folder, `${object.metadata.name}.yaml`), stringify(plain(object)), { mode: 0o600, flag: "wx" });
}

/** What the API server writes itself, and would refuse or ignore. */
const written = ["uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "selfLink"];

function plain({ apiVersion, kind, metadata, status, ...rest }: KubernetesObject): object {
  void status;
  const kept = Object.entries(metadata).filter(([field]) => !written.includes(field));
  return { apiVersion, kind, metadata: Object.fromEntries(kept), ...rest };
}
