import { z } from "zod";
import { loadEnvironment } from "../../core/environment/load.ts";
import { defineCommand } from "../command.ts";
import { exitCodes } from "../exit-code.ts";
import { withFolders } from "../folder-sets.ts";
import { tenantsField, tenantsLines } from "../output/tenants.ts";
import { readClusters } from "../tenants/live.ts";
import { findViolations } from "../tenants/violations.ts";
import { environment } from "./parameters.ts";

/** Says what the tenants of an environment have, use and break, and whose they are. */
export const tenants = defineCommand({
  summary: "Show what each tenant has: owners, applications, use of its quota, violations.",
  description:
    "For each cluster of a tenant: whether its namespaces are there, how much of their quota is used, and whether its deployer has its rights. " +
    "A cluster that cannot be read is a line of its own, and exit code 4.",
  arguments: [environment],
  options: [],
  examples: ["driftless tenants dev", "driftless tenants production --json"],
  document: "Tenants",
  input: z.object({ env: z.string() }),
  run: async ({ env }, session) => {
    const loaded = await loadEnvironment(session.project, env);
    session.progress.detail(`checking ${env}`);
    const violations = await findViolations(session, env, loaded.spec);
    // Without a plan the folders of the source may not be known either.
    const { spec } = violations.plan === undefined ? loaded : await withFolders(session, loaded);
    session.progress.detail("asking the clusters");
    const clusters = await readClusters(session, spec, violations.plan);
    const overview = { spec, clusters, violations };
    const unread = clusters.some((each) => "findings" in each);
    return {
      document: {
        kind: "Tenants",
        environment: env,
        tenants: tenantsField(overview),
        findings: violations.findings,
      },
      lines: tenantsLines(overview),
      exitCode: unread ? exitCodes.transient : exitCodes.success,
    };
  },
});
