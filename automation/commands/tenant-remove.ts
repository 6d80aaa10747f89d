import { realpath, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { baseFile, readDocument } from "../../core/environment/file.ts";
import { loadEnvironment, type LoadedEnvironment } from "../../core/environment/load.ts";
import { removeTenant } from "../../core/environment/remove-tenant.ts";
import { replaceFile } from "../../core/environment/replace-file.ts";
import { failure } from "../../core/errors/error.ts";
import { nearest } from "../../core/errors/nearest.ts";
import { quote } from "../../core/errors/quote.ts";
import { pruneOf } from "../../core/plan/settings.ts";
import { referenceOf } from "../../core/safety/removal.ts";
import { defineCommand, type Report } from "../command.ts";
import { confirm, declined, requireConsent } from "../confirm.ts";
import { engineOf } from "../engine-work.ts";
import { withFolders } from "../folder-sets.ts";
import type { Line } from "../output/line.ts";
import { lossField, lossLines, type TenantLoss } from "../output/tenant-removal.ts";
import type { Session } from "../session.ts";
import { stateObjects, type StateObject } from "../status/state-objects.ts";
import { tenantContents } from "../tenants/contents.ts";
import { exportContents } from "../tenants/export.ts";
import { environment } from "./parameters.ts";

/** Takes a tenant out of an environment: shows all that goes, keeps a copy, and leaves the deletion to the next update. */
export const tenantRemove = defineCommand({
  summary: "Take a tenant and its applications out of an environment, after showing all that would go.",
  description:
    "Rewrites the environment document and touches no cluster: what it prints at the end, `driftless up` with exactly what has to be confirmed, " +
    "deletes, through policy, freeze windows and limits like any update. Run it again if it was interrupted.",
  arguments: [environment, { syntax: "<tenant>", description: "name of the tenant" }],
  options: [
    { syntax: "--export <folder>", description: "first write everything in its namespaces to a new folder, as YAML" },
    { syntax: "--export-secrets", description: "write the values of Secrets too" },
    { syntax: "--dry-run", description: "only show what would go" },
    { syntax: "--yes", description: "do not ask for the tenant's name; needed where nobody can answer" },
  ],
  examples: [
    "driftless tenant remove dev payments --dry-run",
    "driftless tenant remove production payments --export ../payments-2027-03",
  ],
  document: "TenantRemoval",
  input: z
    .object({
      env: z.string(),
      tenant: z.string(),
      export: z.string().min(1).optional(),
      exportSecrets: z.boolean().default(false),
      dryRun: z.boolean().default(false),
      yes: z.boolean().default(false),
    })
    .refine((input) => input.export !== undefined || !input.exportSecrets, "--export-secrets goes with --export"),
  run: async ({ env, tenant, export: folder, exportSecrets, dryRun, yes }, session): Promise<Report> => {
    requireConsent(session, yes || dryRun);
    const { project } = session;
    const loaded = await withFolders(session, await loadEnvironment(project, env));
    const state = await stateOf(session, loaded);
    if (loaded.spec.tenants[tenant] === undefined) return alreadyOut(loaded, tenant, state);
    const path = await realpath(join(project, loaded.file));
    const removal = { environment: env, tenant, file: loaded.file, text: await readFile(path, "utf8") };
    const removed = removeTenant(loaded, { ...removal, base: await readDocument(project, baseFile) });

    session.progress.detail("asking the clusters");
    const { applications } = removed;
    const contents = await tenantContents(session, loaded.spec, tenant);
    const loss = { environment: env, tenant, applications, objects: ownedBy(state, tenant, applications), contents };
    session.show(lossLines(loss));
    const next = nextCommand(loss, state);
    const document = { kind: "TenantRemoval", environment: env, tenant, ...lossField(loss), next } as const;
    if (dryRun) return { document: { ...document, written: false, exported: null }, lines: [["Nothing was changed."]] };
    if (!(await confirm(session, yes, `This takes the tenant ${tenant} out of ${loaded.file}.`, tenant))) {
      return declined({ ...document, written: false, exported: null }, "changed");
    }
    const exported =
      folder === undefined ? undefined : await exportContents(contents, { project, folder, secrets: exportSecrets });
    await replaceFile(path, removed.text);
    const left = exported === undefined || exported.secrets === 0 ? "" : `, ${exported.secrets} Secrets left out`;
    return {
      document: { ...document, written: true, exported: exported ?? null },
      lines: [
        ...(exported === undefined ? [] : [[`${exported.files} objects written to ${String(folder)}${left}.`]]),
        [`${tenant} is out of ${loaded.file}. Have that reviewed; then this deletes what has been shown:`],
        [`  ${next}`],
      ],
    };
  },
});

async function stateOf(session: Session, { spec }: LoadedEnvironment): Promise<readonly StateObject[]> {
  const engine = await engineOf(session, spec);
  session.progress.detail("reading the state");
  const state = await engine.exportState();
  return state === undefined ? [] : stateObjects(state);
}

/** A run that was interrupted after it wrote the document, or a name that was never in it. */
function alreadyOut({ spec, file }: LoadedEnvironment, tenant: string, state: readonly StateObject[]): Report {
  const left = state.filter(({ owner }) => owner === `tenant/${tenant}`);
  if (left.length === 0) {
    const meant = nearest(tenant, Object.keys(spec.tenants));
    const fix =
      meant === undefined ? `Run driftless tenants ${spec.name} to see them.` : `Did you mean ${quote(meant)}?`;
    throw failure("USAGE", `The environment has no tenant ${quote(tenant)}.`, fix);
  }
  // Whose applications have left the document too.
  const gone = [...new Set(state.map(({ owner }) => /^application\/(.+)$/.exec(owner)?.[1] ?? ""))]
    .filter((name) => name !== "" && spec.applications[name] === undefined)
    .sort();
  const objects = ownedBy(state, tenant, gone);
  const loss: TenantLoss = { environment: spec.name, tenant, applications: gone, objects, contents: [] };
  const next = nextCommand(loss, state);
  const lines: Line[] = [[`${tenant} is out of ${file} already. What is left of it is deleted by:`], [`  ${next}`]];
  return {
    document: {
      ...{ kind: "TenantRemoval", environment: spec.name, tenant },
      ...{ ...lossField(loss), next, written: false, exported: null },
    },
    lines,
  };
}

function ownedBy(
  state: readonly StateObject[],
  tenant: string,
  applications: readonly string[],
): readonly StateObject[] {
  const owners = new Set([`tenant/${tenant}`, ...applications.map((name) => `application/${name}`)]);
  return state.filter(({ owner }) => owners.has(owner));
}

/** The update that deletes exactly this, if nothing else has changed. */
function nextCommand({ environment: env, applications, objects }: TenantLoss, state: readonly StateObject[]): string {
  const namespaces = new Set(
    objects.filter(({ kind }) => kind === "Namespace").map(({ cluster, name }) => `${cluster}/${name}`),
  );
  const own = new Set(objects.map(({ resourceName }) => resourceName));
  const inside = state.filter(
    ({ cluster, namespace, resourceName }) => namespaces.has(`${cluster}/${namespace ?? ""}`) && !own.has(resourceName),
  );
  const asked = objects.filter(({ kind }) => pruneOf(kind) === "confirm").map(referenceOf);
  const confirmed = [...new Set([...applications.map((name) => `application/${name}`), ...asked])];
  const flags = confirmed.map((reference) => ` --confirm ${reference}`).join("");
  return objects.length === 0
    ? `driftless up ${env}`
    : `driftless up ${env} --allow-deletions ${objects.length + inside.length}${flags}`;
}
