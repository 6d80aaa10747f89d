import { homedir } from "node:os";
import { join } from "node:path";
import { ensureTools } from "../../toolchain/toolchain.ts";
import type { RenderTools } from "../../core/render/renderer.ts";

let tools: Promise<RenderTools> | undefined;

/** The real kustomize and helm, from the toolchain; built once where they are missing. */
export function renderTools(): Promise<RenderTools> {
  tools ??= find();
  return tools;
}

/** The real kubectl, from the toolchain. */
export async function kubectlPath(): Promise<string> {
  return (await ensure(["kubectl"])).get("kubectl")?.path ?? missing("kubectl");
}

async function find(): Promise<RenderTools> {
  const found = await ensure(["kustomize", "helm"]);
  return {
    kustomize: found.get("kustomize") ?? missing("kustomize"),
    helm: found.get("helm") ?? missing("helm"),
  };
}

function ensure(names: Parameters<typeof ensureTools>[0]): ReturnType<typeof ensureTools> {
  const { env } = process;
  const cache = join(env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "driftless");
  return ensureTools(names, { cache, env, progress: (line) => console.error(line) });
}

function missing(name: string): never {
  throw new Error(`${name} was not found`);
}
