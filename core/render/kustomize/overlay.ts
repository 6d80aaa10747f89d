import { joinSource } from "../../git/path.ts";
import { plainJson } from "../../manifest/json.ts";
import type { JsonObject } from "../../manifest/manifest.ts";
import type { KustomizeOptions } from "../options.ts";
import { sourceFolder } from "../sandbox.ts";
import type { Reference } from "./references.ts";

/**
 * The settings of an application as fields of a kustomization that stands one folder above the source: Kustomize does
 * the work.
 * @param path Folder of the application.
 */
export function overlayFields(path: string, options: KustomizeOptions): JsonObject {
  const { components, namespace, namePrefix, nameSuffix, labels, annotations, patches, replicas } = options;
  const inSandbox = (written: string): string => `${sourceFolder}/${joinSource(written, path)}`;
  const fields = {
    ...(components.length === 0 ? {} : { components: components.map(inSandbox) }),
    namespace,
    namePrefix,
    nameSuffix,
    ...(isEmpty(labels) ? {} : { labels: [{ pairs: labels, includeSelectors: false }] }),
    ...(isEmpty(annotations) ? {} : { commonAnnotations: annotations }),
    ...(patches.length === 0
      ? {}
      : {
          patches: patches.map((patch) => ({
            ...patch,
            path: patch.path === undefined ? undefined : inSandbox(patch.path),
          })),
        }),
    ...(isEmpty(replicas) ? {} : { replicas: Object.entries(replicas).map(([name, count]) => ({ name, count })) }),
  };
  return plainJson(fields);
}

/** What the settings name, as the kustomization of the application would. */
export function overlayReferences(options: KustomizeOptions | undefined): readonly Reference[] {
  if (options === undefined) return [];
  return [
    ...options.components.map((path, index) => {
      return { field: ["kustomize", "components", index], path, kind: "folder" } as const;
    }),
    ...options.patches.flatMap(({ path }, index) =>
      path === undefined ? [] : [{ field: ["kustomize", "patches", index, "path"], path, kind: "yaml" } as const],
    ),
  ];
}

function isEmpty(map: object): boolean {
  return Object.keys(map).length === 0;
}
