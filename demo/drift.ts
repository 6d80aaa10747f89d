import type { Kubectl } from "./kubectl.ts";
import { environment } from "./places.ts";
import type { Stage } from "./stage.ts";

const handMadeImage = "registry.example.com/shop/storefront:fixed-by-hand";

/** Drift of each kind, made by hand, found and healed. */
export async function tellDrift(stage: Stage, kubectl: Kubectl): Promise<void> {
  stage.heading("Somebody changes things by hand: a field of each kind, an object gone, one made anew");
  await kubectl("set", "image", "deployment/storefront", "-n", "shop", `web=${handMadeImage}`);
  await kubectl("set", "env", "deployment/catalog", "-n", "shop", "DEBUG=1");
  await kubectl("patch", "configmap/storefront", "-n", "shop", "--type=json", "-p", removal);
  await kubectl("delete", "configmap/summer-sale", "-n", "shop");
  await kubectl("delete", "configmap/notifier", "-n", "messaging");
  await kubectl("create", "configmap", "notifier", "-n", "messaging", "--from-literal=channels=none");

  stage.heading("Drift: what was changed, added and removed, in seconds, with who did it and when");
  await stage.finds("drift", environment);

  stage.heading("Heal it: these objects alone, what somebody added too; then nothing is left");
  await stage.driftless("up", environment, "--heal", "--yes");
  await stage.driftless("drift", environment);
}

const removal = '[{"op":"remove","path":"/data/GREETING"}]';
