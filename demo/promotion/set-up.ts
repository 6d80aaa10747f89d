import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Io } from "../../automation/io.ts";
import { withOwnCommand } from "../../automation/own-command.ts";
import { DriftlessError } from "../../core/errors/error.ts";
import { startForge } from "../../toolchain/local-forge/forge.ts";
import { ensureTools, toolGroups, toolPath, type Tool, type ToolName } from "../../toolchain/toolchain.ts";
import { promotionPlaces as at } from "../places.ts";
import { DemoStopped, type Stage } from "../stage.ts";
import { ConfigRepo } from "./config-repo.ts";
import { controlFiles } from "./documents.ts";
import { giteaHost } from "./gitea-host.ts";
import type { Host } from "./host.ts";
import { Person } from "./person.ts";
import { plainHost } from "./plain-host.ts";
import { makeProject } from "./project.ts";
import { releases } from "./releases.ts";

/** With a forge that has pull requests, or with Git alone. */
export const forgeChoices = ["gitea", "plain"] as const;

/** One of `forgeChoices`. */
export type ForgeChoice = (typeof forgeChoices)[number];

/** Who and what the walk is about. */
export interface Scene {
  /** Makes releases and runs updates. */
  readonly ada: Person;
  /** Approves and merges. */
  readonly bob: Person;
  readonly config: ConfigRepo;
  readonly host: Host;
}

/** Gets the tools. @throws DemoStopped with what to do if only the forge cannot be had. */
export async function getTools(io: Io, choice: ForgeChoice): Promise<ReadonlyMap<ToolName, Tool>> {
  const progress = (line: string): void => io.stderr(`${line}\n`);
  const context = { cache: io.cache, env: io.env, progress, signal: io.signal };
  const tools = await ensureTools([...toolGroups.engine, ...toolGroups.render, ...toolGroups.cluster], context);
  if (choice === "plain") return tools;
  try {
    return new Map([...tools, ...(await ensureTools(toolGroups.forge, context))]);
  } catch (error) {
    if (!(error instanceof DriftlessError) || error.code === "INTERRUPTED") throw error;
    const [{ message }] = error.findings;
    const instead = "Without a forge, with branches and no pull requests: npm run demo -- promotion --forge plain";
    throw new DemoStopped(`${message}\n${instead}`, 1);
  }
}

/** Two repositories, two people with a clone each, and both environments as they begin. */
export async function setUp(
  stage: Stage,
  io: Io,
  tools: ReadonlyMap<ToolName, Tool>,
  choice: ForgeChoice,
): Promise<Scene> {
  await mkdir(at.folder, { recursive: true, mode: 0o700 });
  const shared = { ...io, cache: join(at.folder, "cache", "driftless"), env: await environment(io, tools) };
  const create = (name: string) => Person.create({ name, home: join(at.folder, name), stage, io: shared });
  const [ada, bob] = [await create("ada"), await create("bob")];
  const host = await (choice === "plain" ? plainHost(at.folder, shared.env["PATH"]) : forgeHost(stage, io, tools));
  for (const person of [ada, bob]) await person.configureGit(await host.gitSettings(person.name));

  const config = await ConfigRepo.create(join(at.folder, "ada", "config.git"), ada, host.configRemote, stage);
  const first = await config.push(releases.first, io.now());
  await ada.quietly(at.folder, "clone", "--quiet", host.control, ada.clone);
  for (const [path, text] of Object.entries(controlFiles(host, first, [ada, bob]))) {
    await mkdir(dirname(join(ada.clone, path)), { recursive: true });
    await writeFile(join(ada.clone, path), text);
  }
  await ada.quietly(ada.clone, "add", "--all");
  await ada.quietly(ada.clone, "commit", "--quiet", "--message", "dev and production of the shop");
  await ada.quietly(ada.clone, "push", "--quiet", "--set-upstream", "origin", "HEAD:refs/heads/main");
  await bob.quietly(at.folder, "clone", "--quiet", host.control, bob.clone);
  for (const { clone } of [ada, bob]) await makeProject(clone);
  await writeAs(shared.env, host);
  return { ada, bob, config, host };
}

async function forgeHost(stage: Stage, io: Io, tools: ReadonlyMap<ToolName, Tool>): Promise<Host> {
  const binary = tools.get("gitea")?.path ?? "gitea";
  const forge = await startForge({ folder: at.forge, binary, env: io.env });
  const host = await giteaHost(forge, { folder: at.folder, people: ["ada", "bob"], stage });
  stage.print(
    `gitea  running  ${host.control.replace(/\.git$/, "")}  (look at it; your browser will not know its certificate)`,
  );
  return host;
}

/** What all share: the state, which a team keeps in a bucket, the cluster, and a cache of its own that ends with the demo. */
async function environment(io: Io, tools: ReadonlyMap<ToolName, Tool>): Promise<Io["env"]> {
  const cache = join(at.folder, "cache");
  const state = join(at.folder, "state");
  for (const folder of [join(cache, "driftless"), state]) await mkdir(folder, { recursive: true });
  await symlink(join(io.cache, "toolchain"), join(cache, "driftless", "toolchain"));
  return {
    ...io.env,
    PATH: withOwnCommand(toolPath(tools, io.env)),
    XDG_CACHE_HOME: cache,
    PULUMI_HOME: io.env["PULUMI_HOME"] || join(io.env["HOME"] ?? at.folder, ".pulumi"),
    PULUMI_BACKEND_URL: `${pathToFileURL(state).href}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE: "demo",
    KUBECONFIG: at.kubeconfig,
    // What these say of other hosts would win over what the people's Git configuration says of this one.
    GIT_SSL_CAINFO: undefined,
    GIT_ASKPASS: undefined,
    SSH_AUTH_SOCK: undefined,
  };
}

/** A script with which somebody can go on as one of the people. */
async function writeAs(env: Io["env"], { certificate }: Host): Promise<void> {
  const names = [
    "PATH",
    "XDG_CACHE_HOME",
    "PULUMI_HOME",
    "PULUMI_BACKEND_URL",
    "PULUMI_CONFIG_PASSPHRASE",
    "KUBECONFIG",
  ];
  const values = names.map((name) => `export ${name}=${quoted(env[name] ?? "")}`);
  const trust = certificate === undefined ? [] : [`export NODE_EXTRA_CA_CERTS=${quoted(certificate)}`];
  const lines = [
    "#!/bin/sh",
    `home=${quoted(at.folder)}/"\${1:?usage: as ada|bob [command]}"; shift`,
    'export HOME="$home" XDG_CONFIG_HOME="$home"',
    "unset GIT_SSL_CAINFO GIT_ASKPASS SSH_AUTH_SOCK",
    ...values,
    ...trust,
    'cd "$home/control" && exec "${@:-sh}"',
  ];
  const file = join(at.folder, "as");
  await writeFile(file, `${lines.join("\n")}\n`);
  await chmod(file, 0o755);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
