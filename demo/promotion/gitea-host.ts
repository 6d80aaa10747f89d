import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { createForgeUser, forgeApi } from "../../toolchain/local-forge/client.ts";
import type { LocalForge } from "../../toolchain/local-forge/forge.ts";
import type { Stage } from "../stage.ts";
import type { Host } from "./host.ts";

const organization = "shop";
const pulls = z.array(
  z.object({ number: z.number(), title: z.string(), body: z.string(), head: z.object({ ref: z.string() }) }),
);

/** The repositories of an organization of a real forge, where its people may write. */
export async function giteaHost(
  forge: LocalForge,
  { folder, people, stage }: { readonly folder: string; readonly people: readonly string[]; readonly stage: Stage },
): Promise<Host> {
  const api = forgeApi(forge);
  await api("POST", "/orgs", { username: organization, visibility: "public" });
  const tokens = new Map<string, string>();
  for (const name of people) tokens.set(name, await createForgeUser(forge.url, api, name, "write"));
  for (const name of ["config", "control"]) {
    await api("POST", `/orgs/${organization}/repos`, { name, default_branch: "main" });
    for (const person of people) {
      await api("PUT", `/repos/${organization}/${name}/collaborators/${person}`, { permission: "write" });
    }
  }
  const repo = (name: string): string => `${forge.url}/${organization}/${name}.git`;
  const ofControl = `/repos/${organization}/control/pulls`;
  const find = async (branch: string) => {
    const open = pulls.parse(await api("GET", `${ofControl}?state=open`));
    const found = open.find(({ head }) => head.ref === branch);
    if (found === undefined) throw new Error(`there is no pull request of ${branch}`);
    return found;
  };
  return {
    config: repo("config"),
    control: repo("control"),
    configRemote: repo("config"),
    local: false,
    forges: `forges: { "${forge.host}": { kind: gitea } }\n`,
    certificate: forge.certificate,
    gitSettings: async (name) => {
      const file = join(folder, `${name}.credentials`);
      const login = `https://${name}:${tokens.get(name) ?? ""}@${encodeURIComponent(forge.host)}\n`;
      await writeFile(file, login, { mode: 0o600 });
      return {
        [`http "${forge.url}/"`]: { sslCAInfo: forge.certificate },
        credential: { helper: `store --file='${file}'` },
      };
    },
    showOffer: async (branch) => {
      const { title, body } = await find(branch);
      stage.print(`\nThe pull request:\n\n${quoted([title, "", ...visible(body)])}`);
    },
    merge: async (person, branch) => {
      const { number, title } = await find(branch);
      const merge = { Do: "merge", delete_branch_after_merge: true };
      await api("POST", `${ofControl}/${number}/merge`, merge, tokens.get(person.name));
      stage.print(`\n${person.name} merges pull request ${number}, "${title}", in the forge.`);
      await person.git("switch", "-q", "main");
      await person.git("pull", "-q");
    },
  };
}

/** What a reader of a comment sees without opening anything. */
function visible(body: string): readonly string[] {
  const lines = body.split("\n").filter((line) => !line.startsWith("<!--"));
  const folded = lines.findIndex((line) => line.startsWith("<details"));
  return (folded === -1 ? lines : lines.slice(0, folded)).join("\n").trim().split("\n");
}

function quoted(lines: readonly string[]): string {
  return lines.map((line) => `  | ${line}`.trimEnd()).join("\n");
}
