import { z } from "zod";
import type { ClusterFacts } from "../../core/environment/facts.ts";
import { writeFacts } from "../../core/environment/facts.ts";
import { loadEnvironment } from "../../core/environment/load.ts";
import type { EnvironmentSpec } from "../../core/environment/spec.ts";
import { defineCommand } from "../command.ts";
import { exitCodes } from "../exit-code.ts";
import { columns } from "../output/columns.ts";
import { span, type Line } from "../output/line.ts";
import type { Session } from "../session.ts";
import { environment, exitCode } from "./parameters.ts";
import { clusterContext } from "../cluster-access.ts";

/** What a cluster is, and what the document says. */
interface Compared {
  readonly cluster: string;
  readonly live: ClusterFacts;
  readonly version: string | undefined;
  /** API versions that only the cluster, and that only the document has. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** Compares what charts see of clusters with what the clusters are, and writes it down. */
export const facts = defineCommand({
  summary: "Compare what charts see of the clusters with what the clusters are.",
  description:
    "Asks every cluster of the environment for its Kubernetes version and the API versions that it serves beside the built-in ones.",
  arguments: [environment],
  options: [
    { syntax: "--write", description: "write it into the document, under clusters.<name>.kubernetes" },
    exitCode,
  ],
  examples: ["driftless facts dev", "driftless facts dev --write"],
  document: "Facts",
  input: z.object({ env: z.string(), write: z.boolean().default(false), exitCode: z.boolean().default(false) }),
  run: async ({ env, write, exitCode }, session) => {
    const { spec, file } = await loadEnvironment(session.project, env);
    session.progress.detail("asking the clusters");
    const clusters = await compareAll(spec, session);
    const different = clusters.filter(differs);
    const writes = write && different.length > 0;
    if (writes) await writeFacts(session.project, env, new Map(different.map(({ cluster, live }) => [cluster, live])));
    return {
      document: { kind: "Facts", environment: env, file, clusters: clusters.map(documentOf), written: writes },
      lines: [...columns(clusters.map(row)), ...different.flatMap(changeLines), closing(env, file, different, writes)],
      exitCode: exitCode && different.length > 0 && !writes ? exitCodes.differences : exitCodes.success,
    };
  },
});

async function compareAll(spec: EnvironmentSpec, session: Session): Promise<readonly Compared[]> {
  const { ApiServer } = await import("../../live/api-server.ts");
  const { readFacts } = await import("../../live/facts.ts");
  return Promise.all(
    Object.entries(spec.clusters).map(async ([cluster, description]) => {
      const server = await ApiServer.open(cluster, description, clusterContext(session, spec.name));
      const live = await readFacts(server);
      const written = description.kubernetes;
      const known = new Set(written?.apiVersions);
      const served = new Set(live.apiVersions);
      return {
        cluster,
        live,
        version: written?.version,
        added: live.apiVersions.filter((version) => !known.has(version)),
        removed: [...known].filter((version) => !served.has(version)),
      };
    }),
  );
}

function differs({ live, version, added, removed }: Compared): boolean {
  return live.version !== version || added.length + removed.length > 0;
}

function documentOf({ cluster, live, version, added, removed }: Compared) {
  const written = { version: version ?? null, onlyLive: [...added], onlyDocument: [...removed] };
  return { cluster, version: live.version, apiVersions: [...live.apiVersions], document: written };
}

function row(compared: Compared): Line[] {
  const { cluster, live, version } = compared;
  const tone = differs(compared) ? "update" : "good";
  const document = version === undefined ? "the document says nothing" : `the document says ${version}`;
  return [
    [span("strong", cluster)],
    [span(tone, `Kubernetes ${live.version}`)],
    [live.version === version ? "as in the document" : document],
    [
      `${live.apiVersions.length} API ${live.apiVersions.length === 1 ? "version" : "versions"} beside the built-in ones`,
    ],
  ];
}

function changeLines({ cluster, added, removed }: Compared): Line[] {
  return [
    ...added.map((version): Line => [span("good", `  + ${version}`), `  on ${cluster}`]),
    ...removed.map((version): Line => [span("bad", `  - ${version}`), `  on ${cluster}`]),
  ];
}

function closing(env: string, file: string, different: readonly Compared[], written: boolean): Line {
  if (different.length === 0) return [`${file} says what the clusters are.`];
  if (written) return [`Written to ${file}. Run driftless diff or preview ${env} to see what that changes.`];
  return [`Write it down: driftless facts ${env} --write`];
}
