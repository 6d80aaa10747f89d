import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { stopForge } from "../../toolchain/local-forge/forge.ts";
import { promotionPlaces as at } from "../places.ts";
import type { Stage } from "../stage.ts";

/** Removes all that the walk to production made; nothing, where there is nothing. */
export async function takeDownPromotion(stage: Stage): Promise<void> {
  if (!existsSync(at.folder)) return;
  await stopForge(at.forge);
  await stage.driftless("cluster", "down", at.cluster, "--delete");
  await rm(at.folder, { recursive: true, force: true });
}
