import type { ApplicationSpec, EnvironmentSpec } from "../environment/spec.ts";
import { joinInside } from "../git/path.ts";
import type { SourceTree } from "../git/tree.ts";
import { plainJson } from "../manifest/json.ts";
import { defaultKubeVersion } from "../render/helm/arguments.ts";
import type { RenderRequest } from "../render/renderer.ts";
import { compareText } from "./order.ts";

/** A rendering and the clusters that it is for. */
export interface RequestedRendering {
  readonly clusters: readonly string[];
  readonly request: RenderRequest;
}

/** What an application asks of its renderer: once for all clusters of which charts see the same. */
export function renderRequests(
  name: string,
  { source, clusters: known }: Pick<EnvironmentSpec, "source" | "clusters">,
  { helm, kustomize, parameters, namespace, path, clusters }: ApplicationSpec,
  tree: SourceTree,
): readonly RequestedRendering[] {
  const variants = new Map<string, RequestedRendering>();
  for (const cluster of [...clusters].sort(compareText)) {
    const facts = known[cluster]?.kubernetes;
    const kubeVersion = helm?.kubeVersion ?? facts?.version ?? defaultKubeVersion;
    const apiVersions = [...(helm?.apiVersions ?? facts?.apiVersions ?? [])].sort(compareText);
    const key = JSON.stringify([kubeVersion, apiVersions]);
    const valuesObject = plainJson(helm?.valuesObject ?? {});
    const request: RenderRequest = {
      application: name,
      path: joinInside(".", path, joinInside(".", source.path)),
      namespace,
      helm: {
        ...helm,
        release: helm?.release ?? name,
        values: helm?.values ?? [],
        valuesObject,
        kubeVersion,
        apiVersions,
      },
      kustomize,
      parameters,
      tree,
    };
    variants.set(key, { request, clusters: [...(variants.get(key)?.clusters ?? []), cluster] });
  }
  return [...variants.values()];
}
