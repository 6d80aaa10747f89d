import type { Io } from "../automation/io.ts";
import { ensureTools, toolGroups } from "../toolchain/toolchain.ts";
import { makeConfigRepo } from "./config-repo.ts";
import { history } from "./history.ts";
import { tellDrift } from "./drift.ts";
import { kubectlOf } from "./kubectl.ts";
import { clusterName, environment, places } from "./places.ts";
import type { Stage } from "./stage.ts";

/** The demo from nothing to healed drift. */
export async function tellStory(stage: Stage, io: Io): Promise<void> {
  const started = io.now().getTime();
  const names = [...toolGroups.engine, ...toolGroups.render, ...toolGroups.cluster];
  const progress = (line: string): void => io.stderr(`${line}\n`);
  const tools = await ensureTools(names, { cache: io.cache, env: io.env, progress, signal: io.signal });

  stage.heading("A real Kubernetes API server on this machine");
  await stage.driftless("cluster", "up", clusterName, "--audit");

  stage.heading("A config repository with a history, and the environment pinned to its first commit");
  const [first = "", second = "", third = ""] = await makeConfigRepo(places.configRepo, io.env["PATH"]);
  stage.print(history.map(({ message }, index) => `  commit ${index + 1}  ${message}`).join("\n"));
  await stage.driftless("pin", environment, "--to", first);

  stage.heading("Bring it up: the catalog after its database, the storefront after the catalog and a migration");
  await stage.driftless("up", environment, "--yes");
  await stage.driftless("status", environment);

  stage.heading("Move the pin by one commit: see what that changes, then apply exactly that");
  await stage.driftless("pin", environment, "--to", second);
  await stage.driftless("up", environment, "--yes");

  stage.heading("A commit that deletes most of an application, a volume too: refused, until exactly that is allowed");
  await stage.driftless("pin", environment, "--to", third);
  await stage.refused("up", environment, "--yes");
  const volume = "PersistentVolumeClaim/shop/catalog-db";
  await stage.driftless("up", environment, "--yes", "--allow-deletions", "4", "--confirm", volume);

  await tellDrift(stage, kubectlOf(tools, stage, io));

  const seconds = Math.round((io.now().getTime() - started) / 1000);
  stage.print(`
Done in ${seconds} s. Three commands to try next:

  bin/driftless pin ${environment} --dry-run                  what the newest commit would change
  bin/driftless explain ${environment} applications.notifier  who set which value, and where
  bin/driftless render ${environment} catalog                 the manifests of one application

The cluster goes on running; npm run demo -- --down removes everything.
npm run demo -- promotion takes a change to production: a pull request, approvals, a bad release, and back.`);
}
