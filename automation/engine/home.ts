import { lstat, mkdir, readlink, rm, symlink, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { ignore } from "../../core/errors/system-error.ts";

/** What the engine finds in the user's own home: plugins, and who is logged in where. */
const shared = ["plugins", "credentials.json"];

/**
 * A home for the engine in which it keeps no log. It writes all that it does, inputs included, into `logs` of its home,
 * which no setting turns off and which takes half of its time (measured with 3.250 and 1,000 objects); where `logs` is a
 * file it goes without. Plugins and credentials are those of the user's home. Several may call this at the same time.
 * @returns the folder, for `PULUMI_HOME`.
 */
export async function engineHome(cache: string, env: Readonly<Record<string, string | undefined>>): Promise<string> {
  const own = env["PULUMI_HOME"] || join(env["HOME"] || homedir(), ".pulumi");
  const home = join(cache, "pulumi-home");
  await mkdir(join(own, "plugins"), { recursive: true });
  await mkdir(home, { recursive: true });
  await writeFile(join(home, "logs"), "");
  // In a shell that uses this home too, what it shares is there.
  if (resolve(own) !== resolve(home)) for (const name of shared) await link(join(own, name), join(home, name));
  return home;
}

async function link(target: string, path: string): Promise<void> {
  const known = await lstat(path).catch(ignore("ENOENT"));
  if (known?.isSymbolicLink() === true && (await readlink(path).catch(ignore("ENOENT"))) === target) return;
  await rm(path, { force: true, recursive: true });
  await symlink(target, path).catch(ignore("EEXIST"));
}
