import { appendFile, mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { ignore } from "../../core/errors/system-error.ts";
import { prepareBackend } from "./backend.ts";
import { EngineExit } from "./command.ts";
import { RunEvents } from "./events.ts";
import { runFailure } from "./failures.ts";
import type { StateExport } from "./types.ts";
import type { Workspace } from "./workspace.ts";

/** Makes a stack fit for a run: creates it, with its passphrase, if there is no state of it. */
export async function prepareStack(workspace: Workspace, state: StateExport | undefined): Promise<void> {
  if (state !== undefined) {
    await restoreSettings(workspace, state);
    return;
  }
  await prepareBackend(workspace.backend);
  await workspace.unlock();
  await createStack(workspace);
}

const secretsSchema = z.object({
  secrets_providers: z.object({ type: z.literal("passphrase"), state: z.object({ salt: z.string().min(1) }) }),
});

/**
 * Writes the salt of the state's secrets into the stack's settings where they lack it, as in a fresh clone. Else the
 * engine would make a new one, for whatever passphrase it is given, and then refuse the right one.
 */
export async function restoreSettings(
  { project, settings }: Pick<Workspace, "project" | "settings">,
  state: StateExport,
): Promise<void> {
  const { file, secretsProvider } = settings;
  const secrets = secretsSchema.safeParse(state.deployment).data?.secrets_providers;
  if (secrets === undefined || secretsProvider !== undefined) return;
  const path = join(project, file);
  const text = (await readFile(path, "utf8").catch(ignore("ENOENT"))) ?? "";
  if (/^encryptionsalt:/m.test(text)) return;
  await mkdir(dirname(path), { recursive: true });
  const separator = text === "" || text.endsWith("\n") ? "" : "\n";
  await appendFile(path, `${separator}encryptionsalt: ${secrets.state.salt}\n`);
}

/** Creates the stack. Which stack the user has selected is theirs to say. */
async function createStack(workspace: Workspace): Promise<void> {
  const { secretsProvider } = workspace.settings;
  const provider = secretsProvider === undefined ? [] : ["--secrets-provider", secretsProvider];
  const args = ["stack", "init", workspace.stackName, "--no-select", ...provider];
  try {
    await workspace.command().start(args, workspace.project);
  } catch (error) {
    if (error instanceof EngineExit && /stack .* already exists/.test(error.stderr)) return;
    throw runFailure({ error, events: new RunEvents([]), folders: workspace.folders, aborted: false });
  }
}
