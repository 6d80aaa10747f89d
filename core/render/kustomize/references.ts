import { isJsonObject } from "../../manifest/json.ts";
import type { Json, JsonObject } from "../../manifest/manifest.ts";

/** Path of a field inside a document. */
export type FieldPath = readonly (string | number)[];

/** A file or folder that a kustomization names. Its path is relative to the folder of the kustomization. */
export interface Reference {
  readonly field: FieldPath;
  readonly path: string;
  /**
   * What must be there: `resource` a YAML file or a folder with a kustomization, `folder` the latter only, `yaml` a YAML
   * file, `data` any file, `plugin` a configuration of a generator, transformer or validator (a file or a folder).
   */
  readonly kind: "resource" | "folder" | "yaml" | "data" | "plugin";
}

/** Something that a kustomization asks for and does not get. */
export interface Denied {
  readonly field: FieldPath;
  readonly message: string;
}

/** What a kustomization depends on. */
export interface References {
  readonly references: readonly Reference[];
  readonly denied: readonly Denied[];
  /** Configurations of plugins that are written inside the kustomization, not yet parsed. */
  readonly inlinePlugins: readonly { readonly field: FieldPath; readonly text: string }[];
}

const listFields = {
  resources: "resource",
  bases: "folder",
  components: "folder",
  crds: "yaml",
  configurations: "yaml",
  patchesStrategicMerge: "yaml",
  generators: "plugin",
  transformers: "plugin",
  validators: "plugin",
} as const satisfies Record<string, Reference["kind"]>;

const pathFields = ["patches", "patchesJson6902", "replacements"] as const;
const generatorFields = ["configMapGenerator", "secretGenerator"] as const;
const deniedFields = ["helmCharts", "helmGlobals", "helmChartInflationGenerator", "inventory", "plugins"] as const;

/** Everything that a kustomization names: files and folders, and what is not allowed. Pure; unknown fields are left to Kustomize. */
export function kustomizationReferences(kustomization: JsonObject): References {
  const listed = Object.entries(listFields).flatMap(([field, kind]) =>
    strings(kustomization[field], [field]).map((reference) => ({ ...reference, kind })),
  );
  // A patch or a plugin configuration may be written in place of a path; a path has no line break and no colon and space.
  const isInline = ({ path, kind }: Reference): boolean =>
    (kind === "plugin" || kind === "yaml") && /\n|:\s|^\s*\{/.test(path);
  return {
    references: [
      ...listed.filter((reference) => !isInline(reference)),
      ...pathFields.flatMap((field) => maps(kustomization[field], [field]).flatMap(pathOf)),
      ...generatorFields.flatMap((field) => maps(kustomization[field], [field]).flatMap(dataFiles)),
      ...(isJsonObject(kustomization["openapi"]) ? pathOf({ map: kustomization["openapi"], field: ["openapi"] }) : []),
    ],
    denied: deniedFields
      .filter((field) => kustomization[field] !== undefined)
      .map((field) => ({ field: [field], message: `The field ${field} runs other programs or reaches the network.` })),
    inlinePlugins: listed
      .filter((reference) => reference.kind === "plugin" && isInline(reference))
      .map(({ field, path }) => ({ field, text: path })),
  };
}

/** What the configuration of a generator, transformer or validator depends on. Only built-in ones are allowed. */
export function pluginReferences(config: Json): Pick<References, "references" | "denied"> {
  if (!isJsonObject(config)) return { references: [], denied: [] };
  const { metadata } = config;
  const annotations = isJsonObject(metadata) ? metadata["annotations"] : undefined;
  const isFunction =
    isJsonObject(annotations) && Object.keys(annotations).some((key) => key.startsWith("config.kubernetes.io/"));
  if (config["apiVersion"] !== "builtin" || config["kind"] === "HelmChartInflationGenerator" || isFunction) {
    const message = "Only generators, transformers and validators that are built into Kustomize may run.";
    return { references: [], denied: [{ field: ["kind"], message }] };
  }
  const whole = { map: config, field: [] };
  const references = [
    ...pathOf(whole),
    ...strings(config["paths"], ["paths"]).map((reference) => ({ ...reference, kind: "yaml" as const })),
    ...maps(config["replacements"], ["replacements"]).flatMap(pathOf),
    ...dataFiles(whole),
  ];
  return { references: references.filter(({ path }) => !path.includes("\n")), denied: [] };
}

interface MapAt {
  readonly map: JsonObject;
  readonly field: FieldPath;
}

function strings(value: Json | undefined, field: FieldPath): { readonly field: FieldPath; readonly path: string }[] {
  const items: readonly Json[] = Array.isArray(value) ? (value as readonly Json[]) : [];
  return items.flatMap((path, index) => (typeof path === "string" ? [{ field: [...field, index], path }] : []));
}

function maps(value: Json | undefined, field: FieldPath): MapAt[] {
  const items: readonly Json[] = Array.isArray(value) ? (value as readonly Json[]) : [];
  return items.flatMap((map, index) => (isJsonObject(map) ? [{ map, field: [...field, index] }] : []));
}

function pathOf({ map, field }: MapAt): Reference[] {
  const { path } = map;
  return typeof path === "string" && path !== "" ? [{ field: [...field, "path"], path, kind: "yaml" }] : [];
}

function dataFiles({ map, field }: MapAt): Reference[] {
  const { env } = map;
  return [
    // `files` may name the key in front: key=path.
    ...strings(map["files"], [...field, "files"]).map((file) => ({ ...file, path: file.path.replace(/^[^=]*=/, "") })),
    ...strings(map["envs"], [...field, "envs"]),
    ...(typeof env === "string" && env !== "" ? [{ field: [...field, "env"], path: env }] : []),
  ].map((reference) => ({ ...reference, kind: "data" as const }));
}
