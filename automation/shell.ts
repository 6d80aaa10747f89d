import { existsSync } from "node:fs";
import { join } from "node:path";
import { ensureTools, toolGroups, toolPath } from "../toolchain/toolchain.ts";
import { prepareBackend, resolveBackend } from "./engine/backend.ts";
import { passphraseFile, resolvePassphrase } from "./engine/passphrase.ts";
import { readProjectSettings } from "./engine/settings.ts";
import { withOwnCommand } from "./own-command.ts";
import { findProject } from "./project.ts";
import type { Session } from "./session.ts";
import { toolContext } from "./work.ts";

/** Variables with which plain `pulumi` works on the project as our own commands do; what the user has set stays. */
export async function shellVariables(session: Session): Promise<Readonly<Record<string, string>>> {
  const { io } = session;
  const project = findProject(session.project, undefined);
  const tools = await ensureTools([...toolGroups.engine, ...toolGroups.render], toolContext(session));
  const backend = resolveBackend(project, await readProjectSettings(project), io.env);
  await prepareBackend(backend);
  // Makes the passphrase of the project's own state if there is none yet; the shell gets the file's name, not its content.
  const made = await resolvePassphrase({
    project,
    env: io.env,
    ownBackend: backend.own,
    // The secrets of a shared state are the business of whoever set it up.
    secretsProvider: backend.own ? undefined : "shared",
    stateExists: backend.folder !== undefined && existsSync(join(backend.folder, ".pulumi", "stacks")),
    progress: (line) => session.progress.note(line),
  });
  return {
    PATH: withOwnCommand(toolPath(tools, io.env)),
    PULUMI_BACKEND_URL: backend.url,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    ...(Object.keys(made).length === 0 ? {} : { PULUMI_CONFIG_PASSPHRASE_FILE: join(project, passphraseFile) }),
  };
}

/** `export` lines that a POSIX shell evaluates to exactly these values. */
export function exportLines(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'\n`)
    .join("");
}
