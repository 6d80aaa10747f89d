import type { RenderTools } from "../../core/render/renderer.ts";
import { testTools } from "./toolchain.ts";

let tools: Promise<RenderTools> | undefined;

/** The real kustomize and helm, from the toolchain; built once where they are missing. */
export function renderTools(): Promise<RenderTools> {
  tools ??= find();
  return tools;
}

/** The real kubectl, from the toolchain. */
export async function kubectlPath(): Promise<string> {
  return (await testTools(["kubectl"])).get("kubectl")?.path ?? missing("kubectl");
}

async function find(): Promise<RenderTools> {
  const found = await testTools(["kustomize", "helm"]);
  return {
    kustomize: found.get("kustomize") ?? missing("kustomize"),
    helm: found.get("helm") ?? missing("helm"),
  };
}

function missing(name: string): never {
  throw new Error(`${name} was not found`);
}
