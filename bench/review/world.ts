import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import { runProgram } from "../../core/exec/run.ts";
import { createTestProject, type TestProject } from "../../test/support/pulumi-project.ts";
import { chartFiles } from "./chart.ts";
import { applicationName, applicationObjects, manifestText } from "../objects.ts";

/** How an application of the benchmark is made. */
export interface BenchApplication {
  readonly name: string;
  readonly renderer: "kustomize" | "helm" | "manifests";
  /** Folder in the config repository. */
  readonly path: string;
}

/** A project in Git, whose branch `change` moves the pin to a commit that changes some applications. */
export interface ReviewWorld extends TestProject {
  readonly applications: readonly BenchApplication[];
  /** Files of the config repository before and after the change. */
  readonly files: { readonly base: Files; readonly head: Files };
}

type Files = Readonly<Record<string, string>>;

const namespace = "bench";
const image = "registry.example.com/bench/main";

/** Half of the applications are overlays of Kustomize, a quarter releases of one chart, the rest plain manifests. */
function applicationsOf(count: number): readonly BenchApplication[] {
  return Array.from({ length: count }, (_, index) => {
    const name = applicationName(index);
    const renderer = index % 2 === 0 ? "kustomize" : index % 4 === 1 ? "helm" : "manifests";
    const path = { kustomize: `apps/${name}/overlays/production`, helm: `releases/${name}`, manifests: `apps/${name}` }[
      renderer
    ];
    return { name, renderer, path };
  });
}

/**
 * @param changed How many of the applications the change touches.
 * @param path `PATH` with git on it.
 */
export async function makeReviewWorld(count: number, changed: number, path: string | undefined): Promise<ReviewWorld> {
  const project = await createTestProject();
  const applications = applicationsOf(count);
  const base = filesOf(applications, () => "1.0.0");
  const head = filesOf(applications, (index) => (index < changed ? "1.1.0" : "1.0.0"));
  const revisions = [await project.commit(base), await project.commit(head)];
  const git = async (...args: readonly string[]): Promise<void> => {
    const who = ["-c", "user.name=Bench", "-c", "user.email=bench@example.com"];
    const env = { PATH: path, HOME: project.folder };
    await runProgram({
      ...{ file: "git", args: [...who, ...args], cwd: project.folder, env },
      timeoutMs: 60_000,
      maxOutputBytes: 1 << 20,
    });
  };
  await project.write(".gitignore", "/*\n!/.gitignore\n!/environments/\n!/Pulumi.yaml\n");
  await git("init", "--quiet", "--initial-branch=main");
  for (const [at, branch] of ["main", "change"].entries()) {
    if (at > 0) await git("checkout", "--quiet", "-b", branch);
    await project.write("environments/production.yaml", stringify(document(applications, revisions[at] ?? "")));
    await git("add", "--all");
    await git("commit", "--quiet", "--message", branch);
  }
  return { ...project, applications, files: { base, head } };
}

/** Writes files as a clone has them. */
export async function writeClone(folder: string, files: Files): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

function document(applications: readonly BenchApplication[], revision: string) {
  return {
    ...{ apiVersion: "driftless.dev/v1alpha1", kind: "Environment", metadata: { name: "production" } },
    source: { repo: "config.git", local: true, revision },
    clusters: { eu: { kubeconfig: {} } },
    tenants: { [namespace]: { namespaces: [namespace] } },
    applications: Object.fromEntries(
      applications.map(({ name, path, renderer }) => {
        const helm = { values: [`/values/${name}.yaml`] };
        const own = renderer === "helm" ? { path: "charts/service", helm } : { path };
        return [name, { tenant: namespace, ...own }];
      }),
    ),
    policy: { config: { all: "advisory" } },
  };
}

function filesOf(applications: readonly BenchApplication[], tagOf: (index: number) => string): Files {
  const files: Record<string, string> = {};
  const scale = { objects: applications.length * 5, applications: applications.length };
  for (const [index, { name, renderer, path }] of applications.entries()) {
    const objects = applicationObjects(scale, index, namespace).filter(({ kind }) => kind !== "Secret");
    const text = manifestText(objects);
    const tag = tagOf(index);
    if (renderer === "manifests") files[`${path}/objects.yaml`] = text.replaceAll(`${image}:1.0.0`, `${image}:${tag}`);
    if (renderer === "kustomize") {
      files[`apps/${name}/base/objects.yaml`] = text;
      files[`apps/${name}/base/kustomization.yaml`] = "resources: [objects.yaml]\n";
      files[`${path}/kustomization.yaml`] = stringify({
        resources: ["../../base"],
        images: [{ name: image, newTag: tag }],
        labels: [{ pairs: { environment: "production" } }],
      });
    }
    if (renderer === "helm") files[`values/${name}.yaml`] = stringify({ image: { repository: image, tag } });
  }
  return { ...files, ...chartFiles("charts/service") };
}
