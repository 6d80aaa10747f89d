import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Io } from "../automation/io.ts";
import { writeRevision } from "../core/environment/pin.ts";
import { ignore } from "../core/errors/system-error.ts";
import { makeConfigRepo } from "./config-repo.ts";
import { clusterName, environment, places } from "./places.ts";
import type { Stage } from "./stage.ts";

/** Removes all that the demo made: cluster, state, repository; and takes the pin back to the first commit. */
export async function takeDown(stage: Stage, io: Io): Promise<void> {
  await stage.driftless("cluster", "down", clusterName, "--delete");

  // Made again only to ask it for its first commit: it may be gone, and a commit id is nothing to write down twice.
  const [first = ""] = await makeConfigRepo(places.configRepo, io.env["PATH"]);
  await writeRevision(places.project, environment, first);

  await remove(places.demo);
  await removeStack();
  stage.print(
    `removed: the cluster, the state of ${environment}, the config repository; the pin is at its first commit`,
  );
}

/** The cluster is gone, so its state describes nothing. Other environments of this checkout keep theirs. */
async function removeStack(): Promise<void> {
  const state = join(places.local, "state", ".pulumi");
  for (const kind of ["stacks", "history", "backups", "locks"]) {
    const folder = join(state, kind, "driftless");
    const entries = (await list(folder)).filter((name) => name === environment || name.startsWith(`${environment}.`));
    await Promise.all(entries.map((name) => remove(join(folder, name))));
  }
  await remove(join(places.local, "backups", environment));
  await remove(join(places.local, "drift", `${environment}.json`));
  await remove(join(places.project, "stacks", `Pulumi.${environment}.yaml`));
  const others = [...(await list(join(state, "stacks", "driftless"))), ...(await list(join(places.local, "clusters")))];
  if (others.length === 0) await remove(places.local);
}

async function list(folder: string): Promise<readonly string[]> {
  return (await readdir(folder).catch(ignore("ENOENT"))) ?? [];
}

function remove(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true });
}
