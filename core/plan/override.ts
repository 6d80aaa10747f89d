import { chosenClusters } from "../environment/cluster-choice.ts";
import { helm as helmSchema } from "../environment/schema/helm.ts";
import { kustomize as kustomizeSchema } from "../environment/schema/kustomize.ts";
import type { ApplicationSpec, EnvironmentSpec } from "../environment/spec.ts";
import { canonicalJson, isJsonObject, plainJson } from "../manifest/json.ts";
import type { ImageOverrides } from "../manifest/images.ts";
import type { Json } from "../manifest/manifest.ts";

/** An application as it is on some of its clusters, which are alike. */
export interface Variant {
  /** With the overrides in place; `clusters` are those that it is for. */
  readonly application: ApplicationSpec;
  /** In place of those of the environment. */
  readonly images: ImageOverrides;
}

type Override = ApplicationSpec["overrides"][number];

/** An application once for each of its distinct settings; of several overrides for one cluster, later ones win. */
export function variantsOf(
  application: ApplicationSpec,
  clusters: EnvironmentSpec["clusters"],
): readonly [Variant, ...Variant[]] {
  const variants = new Map<string, Variant>();
  for (const cluster of application.clusters) {
    const own = application.overrides.filter((each) =>
      chosenClusters(each.clusters, clusters, [cluster]).includes(cluster),
    );
    const { overrides, ...rest } = application;
    const start: Variant = { application: { ...rest, overrides: [], clusters: [] }, images: {} };
    const { application: settings, images } = own.reduce(withOverride, start);
    const key = canonicalJson(plainJson({ settings, images }));
    const known = variants.get(key)?.application.clusters ?? [];
    variants.set(key, { application: { ...settings, overrides, clusters: [...known, cluster] }, images });
  }
  const [first = { application, images: {} }, ...others] = variants.values();
  return [first, ...others];
}

function withOverride(
  { application, images }: Variant,
  { parameters, helm, kustomize, images: own, health }: Override,
): Variant {
  return {
    application: {
      ...application,
      ...(parameters === undefined ? {} : { parameters: { ...application.parameters, ...parameters } }),
      ...(helm === undefined ? {} : { helm: withHelm(application.helm, helm) }),
      ...(kustomize === undefined ? {} : { kustomize: withKustomize(application.kustomize, kustomize) }),
      ...(health === undefined ? {} : { health: { ...application.health, ...health } }),
    },
    images: { ...images, ...own },
  };
}

function withHelm(
  helm: ApplicationSpec["helm"] = helmSchema.parse({}),
  { values, valuesObject }: NonNullable<Override["helm"]>,
): NonNullable<ApplicationSpec["helm"]> {
  const files = new Set([...helm.values.filter((file) => !values.includes(file)), ...values]);
  const merged = laidOver(plainJson(helm.valuesObject), plainJson(valuesObject));
  return { ...helm, values: [...files], valuesObject: isJsonObject(merged) ? { ...merged } : {} };
}

function withKustomize(
  kustomize: ApplicationSpec["kustomize"] = kustomizeSchema.parse({}),
  { components, patches, replicas }: NonNullable<Override["kustomize"]>,
): NonNullable<ApplicationSpec["kustomize"]> {
  return {
    ...kustomize,
    components: [...new Set([...kustomize.components, ...components])],
    patches: [...kustomize.patches, ...patches],
    replicas: { ...kustomize.replicas, ...replicas },
  };
}

/** Maps key by key, as Helm lays one values file over another; everything else is replaced. */
function laidOver(value: Json, over: Json): Json {
  if (!isJsonObject(value) || !isJsonObject(over)) return over;
  const result: Record<string, Json> = { ...value };
  for (const [key, above] of Object.entries(over)) {
    const below = Object.hasOwn(value, key) ? value[key] : undefined;
    result[key] = below === undefined ? above : laidOver(below, above);
  }
  return result;
}
