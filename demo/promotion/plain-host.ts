import { join } from "node:path";
import { BareRepo } from "../bare-repo.ts";
import type { Host } from "./host.ts";

/** Two bare repositories in a folder, and no forge: branches without pull requests, merged with git. */
export async function plainHost(folder: string, path: string | undefined): Promise<Host> {
  for (const name of ["config", "control"]) await BareRepo.create(join(folder, `${name}.git`), path);
  return {
    config: "../../config.git",
    control: join(folder, "control.git"),
    configRemote: join(folder, "config.git"),
    local: true,
    forges: "",
    gitSettings: () => Promise.resolve({}),
    showOffer: () => Promise.resolve(),
    merge: async (person, branch) => {
      await person.git("switch", "-q", "main");
      await person.git("pull", "-q");
      await person.git("merge", "-q", "--no-ff", "-m", `Merge ${branch}`, `origin/${branch}`);
      await person.git("push", "-q");
    },
  };
}
