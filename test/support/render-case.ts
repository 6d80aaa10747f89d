import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { runProgram } from "../../core/exec/run.ts";
import { openSource } from "../../core/git/source.ts";
import type { KubernetesObject } from "../../core/manifest/manifest.ts";
import { parseManifests } from "../../core/manifest/parse.ts";
import type { RenderContext, RenderRequest, RenderResult, RenderTool } from "../../core/render/renderer.ts";
import { renderApplication } from "../../core/render/render.ts";
import { GitRepo, type Content } from "./git-repo.ts";
import { renderTools } from "./tools.ts";

/** What a test asks for; the rest is the application "app" in the folder `app`. */
export type Asked = Partial<Omit<RenderRequest, "helm">> & { readonly helm?: Partial<RenderRequest["helm"]> };

/** A commit to render applications from. */
export interface RenderCase {
  readonly repo: GitRepo;
  readonly cache: string;
  readonly render: (asked?: Asked, context?: Partial<RenderContext>) => Promise<RenderResult>;
}

/** Commits files to a repository of their own; `opened` gets it, to be removed at the end. */
export async function renderCase(
  files: Readonly<Record<string, Content>>,
  opened: GitRepo[],
  into?: GitRepo,
): Promise<RenderCase> {
  const repo = into ?? (await GitRepo.create());
  opened.push(repo);
  const { tree } = await openSource(repo.source(await repo.commit(files)), repo.context);
  const { cache } = repo.context;
  const render = async (asked: Asked = {}, context: Partial<RenderContext> = {}): Promise<RenderResult> =>
    renderApplication(
      {
        application: "app",
        path: "app",
        namespace: "shop",
        tree,
        ...asked,
        helm: { release: "app", values: [], ...asked.helm },
      },
      { tools: await renderTools(), cache, ...context },
    );
  return { repo, cache, render };
}

/** What the plain program makes of the same files, as objects: no code of ours but the parser is in the way. */
export async function plainOutput(
  files: Readonly<Record<string, string>>,
  tool: RenderTool,
  args: readonly string[],
): Promise<readonly KubernetesObject[]> {
  const folder = await mkdtemp(join(tmpdir(), "driftless-plain-"));
  try {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    const { stdout } = await runProgram({
      file: tool.path,
      args,
      cwd: folder,
      env: { HOME: folder },
      timeoutMs: 60_000,
      maxOutputBytes: 1 << 20,
    });
    return parseManifests(stdout.toString("utf8"), "").manifests.map(({ object }) => object);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
