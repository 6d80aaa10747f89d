import { z } from "zod";

/** A JSON Schema as far as Kubernetes' own documents use it. */
export interface Definition {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Definition>>;
  readonly items?: Definition;
  readonly additionalProperties?: Definition;
  readonly oneOf?: readonly Definition[];
}

/** What one release of Kubernetes knows. */
export interface Definitions {
  /** By `<apiVersion>/<Kind>`: names of definitions. */
  readonly kinds: ReadonlyMap<string, string>;
  readonly definitions: ReadonlyMap<string, Definition>;
}

const gvk = z.object({ group: z.string(), version: z.string(), kind: z.string() });

const source = z.object({
  $ref: z.string().optional(),
  type: z.string().optional(),
  format: z.string().optional(),
  required: z.array(z.string()).optional(),
  get properties() {
    return z.record(z.string(), source).optional();
  },
  get items() {
    return source.optional();
  },
  get additionalProperties() {
    return source.optional();
  },
  get oneOf() {
    return z.array(source).optional();
  },
  get allOf() {
    return z.array(source).length(1).optional();
  },
  "x-kubernetes-group-version-kind": z.array(gvk).optional(),
});
type Source = z.infer<typeof source>;

const document = z.object({
  components: z.object({ schemas: z.record(z.string(), source).optional() }).optional(),
});

const objectMeta = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

/**
 * Reads the OpenAPI v3 documents of one release, without what no check reads: descriptions, defaults, how lists are merged,
 * and `status`, which no manifest is judged by.
 * @param texts Content of `api/openapi-spec/v3/*_openapi.json`.
 * @returns Kinds that can be kept (they have ObjectMeta), and the definitions that they are made of.
 */
export function readDefinitions(texts: readonly string[]): Definitions {
  const sources = new Map<string, Source>();
  for (const text of texts) {
    const { components } = document.parse(JSON.parse(text));
    for (const [name, schema] of Object.entries(components?.schemas ?? {})) sources.set(name, schema);
  }
  const kinds = new Map<string, string>();
  const definitions = new Map<string, Definition>();
  for (const [name, schema] of sources) {
    const meta = schema.properties?.["metadata"];
    if (meta === undefined || refOf(meta) !== objectMeta) continue;
    for (const { group, version, kind } of schema["x-kubernetes-group-version-kind"] ?? []) {
      kinds.set(`${group === "" ? version : `${group}/${version}`}/${kind}`, name);
    }
    const { status, ...properties } = schema.properties ?? {};
    collect(name, { ...schema, properties: { ...properties, ...(status === undefined ? {} : { status: {} }) } });
  }
  return { kinds, definitions };

  function collect(name: string, schema: Source): void {
    definitions.set(name, plain(schema));
    for (const next of refsIn(schema)) {
      const found = sources.get(next);
      if (found === undefined) throw new Error(`${name} refers to ${next}, which is not there`);
      if (!definitions.has(next)) collect(next, found);
    }
  }
}

/** Name of the definition that a schema is, if it is another. */
function refOf({ $ref, allOf }: Source): string | undefined {
  return ($ref ?? allOf?.[0]?.$ref)?.slice("#/components/schemas/".length);
}

function refsIn(schema: Source): readonly string[] {
  const ref = refOf(schema);
  const { properties = {}, items, additionalProperties } = schema;
  const inner = [...Object.values(properties), items, additionalProperties].filter((each) => each !== undefined);
  return [...(ref === undefined ? [] : [ref]), ...inner.flatMap(refsIn)];
}

function plain(schema: Source): Definition {
  const ref = refOf(schema);
  if (ref !== undefined) return { $ref: `#/definitions/${ref}` };
  const { type, format, required, properties, items, additionalProperties, oneOf } = schema;
  return {
    ...(type === undefined ? {} : { type }),
    ...(format === undefined ? {} : { format }),
    ...(required === undefined ? {} : { required }),
    ...(properties === undefined ? {} : { properties: mapValues(properties, plain) }),
    ...(items === undefined ? {} : { items: plain(items) }),
    ...(additionalProperties === undefined ? {} : { additionalProperties: plain(additionalProperties) }),
    ...(oneOf === undefined ? {} : { oneOf: oneOf.map(plain) }),
  };
}

function mapValues<From, To>(values: Readonly<Record<string, From>>, map: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value)]));
}
