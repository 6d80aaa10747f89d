import type { Io } from "../../automation/io.ts";
import { promotionPlaces as at } from "../places.ts";
import type { Stage } from "../stage.ts";
import { takeDownPromotion } from "./down.ts";
import { releases, type Release } from "./releases.ts";
import { getTools, setUp, type ForgeChoice } from "./set-up.ts";

/** Promotion, as typed. */
const promote = ["promote", "--all", "--from", "dev", "--to", "production", "--yes"] as const;
const branch = "driftless/promote/production/pin-all";

/** A change on its way from dev to production, and a bad one on its way back. */
export async function tellPromotion(stage: Stage, io: Io, choice: ForgeChoice): Promise<void> {
  const started = io.now().getTime();
  const offer = choice === "gitea" ? "pull request" : "branch";
  const tools = await getTools(io, choice);

  stage.heading(`A real Kubernetes API server on this machine${choice === "gitea" ? ", and a forge" : ""}`);
  await takeDownPromotion(stage);
  await stage.driftless("cluster", "up", at.cluster);
  const { ada, bob, config, host } = await setUp(stage, io, tools, choice);

  stage.heading("Two environments that run storefront 1.4.0; production wants somebody else's approval of each plan");
  await ada.cat("environments/production.yaml");
  await ada.driftless(/created/, "up", "dev", "--yes");
  const refused = await ada.waits(/APPROVAL_MISSING/, "up", "production", "--yes");
  await bob.driftless(/1 of 1 approvals/, "approve", "production", "--digest", asked(refused), "--yes");
  await ada.driftless(/created/, "up", "production", "--yes");

  const release = async (next: Release): Promise<string> => {
    const commit = await config.push(next, io.now());
    await ada.driftless(/now pins that commit/, "pin", "dev");
    await ada.git("commit", "-q", "-a", "-m", `dev runs ${next.message}`);
    await ada.git("push", "-q");
    await ada.driftless(/1 updated/, "up", "dev", "--yes");
    return commit;
  };
  const approveBranch = async (): Promise<void> => {
    await bob.git("fetch", "-q");
    await bob.git("switch", "-q", "--detach", `origin/${branch}`);
    await bob.driftless(/changed .*plan sha256:/, "review", "--base", "origin/main");
    await bob.driftless(/1 of 1 approvals/, "approve", "production", "--yes");
  };
  const merge = async (): Promise<void> => {
    await host.merge(bob, branch);
    await ada.git("pull", "-q");
  };

  stage.heading(`1.5.0 runs in dev; a ${offer} takes it to production, and bob approves its plan`);
  await release(releases.good);
  await ada.driftless(choice === "gitea" ? /^created https:/m : /^created branch/m, ...promote);
  await host.showOffer(branch);
  await approveBranch();

  stage.heading(`Then the ${offer} changes: what bob has approved is not what would be applied`);
  await release(releases.better);
  await ada.driftless(/^updated /m, ...promote);
  await merge();
  const stale = await ada.waits(/APPROVAL_MISSING.*none is there/, "up", "production", "--yes");
  await bob.driftless(/1 of 1 approvals/, "approve", "production", "--digest", asked(stale), "--yes");
  await ada.driftless(/1 updated/, "up", "production", "--yes");

  stage.heading("1.6.0 is healthy in dev; in production it never gets so");
  const bad = await release(releases.bad);
  await ada.driftless(/^(created|updated) /m, ...promote);
  await approveBranch();
  await merge();
  await ada.fails(/HEALTH_TIMEOUT|UNHEALTHY/, "up", "production", "--yes");

  stage.heading("Back to the last good one, whose approval still holds; and the bad one stays out");
  const reason = "1.6.0 does not start";
  await ada.driftless(/for review; merge it/, "rollback", "production", "--reason", reason, "--review", "--yes");
  await ada.driftless(/storefront +healthy/, "status", "production");
  await host.merge(bob, "driftless/rollback/production");
  await ada.git("pull", "-q");
  await ada.fails(/REVISION_BLOCKED/, ...promote);

  stage.heading("Until somebody lets it back, with a reason");
  await ada.driftless(/./, "unblock", "production", bad, "--reason", "production has room for it now");
  await ada.driftless(/1\.6\.0/, ...promote.slice(0, -1), "--dry-run");

  stage.heading("What has happened in production, and what an auditor gets");
  await ada.driftless(/HEALTH_TIMEOUT|UNHEALTHY/, "history", "production");
  await ada.driftless(/./, "audit", "production", "--format", "markdown");

  const seconds = Math.round((io.now().getTime() - started) / 1000);
  stage.print(`
Done in ${seconds} s. To go on as ada or bob, in their clones of the control repository:

  ${at.shown}/as ada driftless show production 3   what one update changed, and who approved it
  ${at.shown}/as bob driftless approve production --show
${choice === "gitea" ? `  ${host.control.replace(/\.git$/, "/pulls?state=closed")}   the pull requests\n` : ""}
The cluster${choice === "gitea" ? " and the forge go" : " goes"} on running; npm run demo -- --down removes everything.`);
}

/** The digest of the plan that an update asks an approval of. */
function asked(refusal: string): string {
  return /--digest (sha256:[0-9a-f]{64})/.exec(refusal)?.[1] ?? "";
}
