import { quote } from "../errors/quote.ts";
import { chosenClusters, isMatch, type ClusterChoice } from "./cluster-choice.ts";
import { matchTitle } from "./cluster-match.ts";
import type { Path } from "./node.ts";
import type { Problem } from "./problem.ts";
import { leftOver } from "./rollout.ts";
import type { EnvironmentDocument } from "./schema/index.ts";
import { enumerate } from "./text.ts";
import { unknownNames } from "./unknown-name.ts";

type Document = Pick<EnvironmentDocument, "addons" | "clusters" | "tenants" | "applications" | "rollout">;

/**
 * Checks how clusters are chosen where the schema alone cannot: that names exist, that labels fit some cluster, and that
 * the steps of a rollout leave none out.
 */
export function checkFleet(document: Document): readonly Problem[] {
  const { clusters, tenants, applications } = document;
  const all = Object.keys(clusters);
  const unknown = unknownNames();
  const chosen = (choice: ClusterChoice, path: Path): readonly Problem[] => {
    if (isMatch(choice)) return noneFits(choice, path, document, all, "of the environment");
    const names = typeof choice === "string" ? [choice] : choice;
    return names.flatMap((value, at) =>
      unknown("cluster", { value, path: typeof choice === "string" ? path : [...path, at] }, new Set(all)),
    );
  };
  const steps = (rollout: Document["rollout"], path: Path): readonly Problem[] =>
    rollout.flatMap((step, at) => chosen(step.clusters, [...path, at, "clusters"]));
  const used = (name: string): readonly string[] => {
    const choice = tenants[name]?.clusters;
    return choice === undefined ? all : chosenClusters(choice, clusters, all);
  };
  const own = Object.entries(applications).map(([name, application]) => {
    const among = used(application.tenant);
    const { clusters: choice } = application;
    return { name, application, among, uses: choice === undefined ? among : chosenClusters(choice, clusters, among) };
  });
  const inheriting = own.filter(
    ({ name, application }) => application.rollout === undefined && !document.addons.includes(name),
  );
  return [
    ...steps(document.rollout, ["rollout"]),
    ...forgotten(document.rollout, clusters, [...new Set(inheriting.flatMap(({ uses }) => uses))], ["rollout"]),
    ...Object.entries(tenants).flatMap(([name, { clusters: choice }]) =>
      noneFits(choice, ["tenants", name, "clusters"], document, all, "of the environment"),
    ),
    ...own.flatMap(({ name, application, among, uses }) => {
      const path = ["applications", name];
      const where = `of tenant ${quote(application.tenant)}`;
      const { rollout = [] } = application;
      return [
        ...noneFits(application.clusters, [...path, "clusters"], document, among, where),
        ...application.overrides.flatMap((each, at) => chosen(each.clusters, [...path, "overrides", at, "clusters"])),
        ...steps(rollout, [...path, "rollout"]),
        ...(document.addons.includes(name)
          ? noSteps(rollout, path)
          : forgotten(rollout, clusters, uses, [...path, "rollout"])),
      ];
    }),
  ];
}

function noneFits(
  choice: ClusterChoice | undefined,
  path: Path,
  { clusters }: Document,
  among: readonly string[],
  where: string,
): readonly Problem[] {
  if (choice === undefined || !isMatch(choice) || chosenClusters(choice, clusters, among).length > 0) return [];
  const labels = [...new Set(among.flatMap((name) => labelTexts(clusters[name]?.labels)))].sort();
  const message = `No cluster ${where} has the labels that are asked for (${matchTitle(choice.match)}).`;
  const fix =
    labels.length === 0
      ? "Give clusters labels: `clusters.<name>.labels`."
      : `Correct the labels; there are ${enumerate(labels.slice(0, 12), "and")}.`;
  return [{ code: "CONFIG_INVALID", path: [...path, "match"], message, fix }];
}

function labelTexts(labels: Readonly<Record<string, string>> = {}): readonly string[] {
  return Object.entries(labels).map(([label, value]) => `${label}: ${value}`);
}

/** An add-on is what a cluster must carry: it comes up on each by itself. */
function noSteps(rollout: Document["rollout"], path: Path): readonly Problem[] {
  if (rollout.length === 0) return [];
  const message = "An add-on comes up on each of its clusters by itself, and not in steps.";
  return [{ code: "CONFIG_INVALID", path: [...path, "rollout"], message, fix: "Remove its `rollout`." }];
}

/** Clusters that are updated in steps and are in none of them. */
function forgotten(
  rollout: Document["rollout"],
  clusters: Document["clusters"],
  used: readonly string[],
  path: Path,
): readonly Problem[] {
  const left = leftOver(rollout, clusters, used);
  if (left.length === 0) return [];
  const [them, are] = left.length === 1 ? ["it", "is"] : ["them", "are"];
  const message = `The ${left.length === 1 ? "cluster" : "clusters"} ${enumerate(left, "and")} ${are} in no step of the rollout.`;
  const fix = `Put ${them} into a step; a last step \`- clusters: { match: {} }\` takes all that are left.`;
  return [{ code: "CONFIG_INVALID", path, message, fix }];
}
