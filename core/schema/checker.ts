import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { RE2JS } from "re2js";
import { groupOf, type JsonObject, type KubernetesObject } from "../manifest/manifest.ts";
import { nearest } from "../errors/nearest.ts";
import type { KubernetesSchemas } from "./kubernetes/schemas.ts";
import { schemaProblem, type SchemaProblem } from "./problem.ts";
import { formats, strictDefinitions } from "./strict-definitions.ts";

/** What a check of one object says. `unknown`: nothing here defines its kind. */
export type SchemaVerdict = readonly SchemaProblem[] | "unknown";

/** Errors of one object beyond these help nobody. */
const mostProblems = 50;

/**
 * Checks objects against the schemas of one release of Kubernetes and of custom kinds, as an API server does in strict
 * validation, without one. Compiles the schema of a kind when its first object comes.
 */
export class SchemaChecker {
  /** The release of Kubernetes, such as `1.36`. */
  readonly version: string;
  readonly #ajv: Ajv;
  readonly #kubernetes: KubernetesSchemas;
  readonly #custom: ReadonlyMap<string, JsonObject>;
  readonly #compiled = new Map<string, ValidateFunction | undefined>();
  readonly #groups: ReadonlySet<string>;

  /** @param custom Schemas by `<apiVersion>/<Kind>`; what Kubernetes itself defines wins. */
  constructor(kubernetes: KubernetesSchemas, custom: ReadonlyMap<string, JsonObject>) {
    this.version = kubernetes.version;
    this.#kubernetes = kubernetes;
    this.#custom = custom;
    this.#groups = new Set(kubernetes.kinds.map(groupOfKind));
    this.#ajv = new Ajv({
      ...{ allErrors: true, verbose: true, strict: false, logger: false, validateSchema: false, formats },
      // Patterns of definitions come from whoever wrote them: they run in linear time, and mean what the API server reads.
      code: { regExp: Object.assign((pattern: string) => RE2JS.compile(pattern), { code: "" }) },
    });
    this.#ajv.addSchema({ $id: "kubernetes", definitions: strictDefinitions(kubernetes.definitions) });
  }

  /** @returns what is wrong, in the order of the fields; nothing for an object as it should be. */
  check(object: KubernetesObject): SchemaVerdict {
    const { apiVersion, kind } = object;
    const validate = this.#validatorOf(`${apiVersion}/${kind}`);
    if (validate === undefined) return this.#groups.has(groupOf(apiVersion)) ? [this.#unserved(object)] : "unknown";
    if (validate(object)) return [];
    return outermost(validate.errors ?? [])
      .slice(0, mostProblems)
      .map((error) => schemaProblem(error, object));
  }

  #validatorOf(key: string): ValidateFunction | undefined {
    if (this.#compiled.has(key)) return this.#compiled.get(key);
    const definition = this.#kubernetes.definitionOf(key);
    const schema = definition === undefined ? this.#custom.get(key) : { $ref: `kubernetes#/definitions/${definition}` };
    const compiled = schema === undefined ? undefined : this.#ajv.compile(schema);
    this.#compiled.set(key, compiled);
    return compiled;
  }

  #unserved({ apiVersion, kind }: KubernetesObject): SchemaProblem {
    const served = this.#kubernetes.kinds.filter((known) => this.#kubernetes.definitionOf(known) !== undefined);
    const meant =
      served.find((known) => known.endsWith(`/${kind}`)) ?? nearest(`${apiVersion}/${kind}`, served) ?? undefined;
    return {
      path: ["kind"],
      what: `is one that Kubernetes ${this.#kubernetes.version} does not serve: ${apiVersion} ${kind}`,
      fix: meant === undefined ? "Use a kind that the cluster serves." : `Use ${meant}.`,
    };
  }
}

/** API group of `apps/v1/Deployment`; empty for `v1/Pod`. */
function groupOfKind(kind: string): string {
  return groupOf(kind.slice(0, kind.lastIndexOf("/")));
}

/** What is wrong inside of alternatives says less than that none of them fits. */
function outermost(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const choices = errors.filter(({ keyword }) => ["anyOf", "oneOf", "not"].includes(keyword));
  return errors.filter(({ schemaPath }) => !choices.some((choice) => schemaPath.startsWith(`${choice.schemaPath}/`)));
}
