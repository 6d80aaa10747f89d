import { minorOf } from "../core/cluster/minor.ts";
import type { ComputedPlan } from "../core/plan/compute.ts";
import { DriftlessError } from "../core/errors/error.ts";
import type { Finding } from "../core/errors/finding.ts";
import { defaultKubeVersion } from "../core/render/helm/arguments.ts";
import type { Session } from "./session.ts";
import { noteWarnings } from "./work.ts";
import { clusterContext } from "./cluster-access.ts";

const timeoutMs = 5_000;

/**
 * The plan, with a warning for each cluster that runs another Kubernetes than its charts were rendered for. One that cannot be
 * reached is left out: whoever works with it says so.
 */
export async function withClusterVersions(session: Session, computed: ComputedPlan): Promise<ComputedPlan> {
  const names = clustersOfCharts(computed);
  if (names.length === 0) return computed;
  const { ApiServer } = await import("../live/api-server.ts");
  const { readVersion } = await import("../live/facts.ts");
  const { spec, locate } = computed.environment;
  const found = await Promise.all(
    names.map(async (name): Promise<readonly Finding[]> => {
      const cluster = spec.clusters[name];
      if (cluster === undefined) return [];
      try {
        const server = await ApiServer.open(name, cluster, clusterContext(session, spec.name));
        const live = await readVersion(server, timeoutMs);
        const rendered = cluster.kubernetes?.version ?? defaultKubeVersion;
        // Charts ask for features of a minor version.
        if (minorOf(live) === minorOf(rendered)) return [];
        const message = `The cluster "${name}" runs Kubernetes ${live}, but its charts were rendered for ${rendered}.`;
        const fix = `Run \`driftless facts ${spec.name} --write\` and review what changes.`;
        return [{ code: "CLUSTER_DIFFERS", severity: "warning", message, place: locate(["clusters", name]), fix }];
      } catch (error) {
        if (error instanceof DriftlessError) return [];
        throw error;
      }
    }),
  );
  const warnings = found.flat();
  noteWarnings(session, { ...computed, warnings });
  return { ...computed, warnings: [...computed.warnings, ...warnings] };
}

/** Clusters with a chart that is rendered for what the cluster is. */
function clustersOfCharts({ plan, environment }: ComputedPlan): readonly string[] {
  const charts = plan.applications.filter(
    ({ name, renderer }) => renderer === "helm" && environment.spec.applications[name]?.helm?.kubeVersion === undefined,
  );
  return [...new Set(charts.flatMap(({ clusters }) => clusters))].sort();
}
