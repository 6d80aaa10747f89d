import { DriftlessError, failure } from "../errors/error.ts";
import { quote } from "../errors/quote.ts";
import { isList, record } from "../manifest/json.ts";
import type { Json, JsonObject } from "../manifest/manifest.ts";
import { readYaml as readManifests } from "../manifest/yaml.ts";
import { Unwritable } from "../yaml/rewrite/edit.ts";
import { rewriteDocument } from "../yaml/rewrite/rewrite.ts";
import { buildEnvironment, type LoadedEnvironment } from "./load.ts";
import { toValue } from "./node.ts";
import { readYaml, type YamlDocument } from "./yaml.ts";

/** A document from which a tenant is to go. */
export interface TenantRemoval {
  /** Environment and tenant. */
  readonly environment: string;
  readonly tenant: string;
  /** The document of the environment, relative to the project, and its text. */
  readonly file: string;
  readonly text: string;
  /** What it inherits. */
  readonly base: YamlDocument | undefined;
}

/** The document without the tenant. */
export interface RemovedTenant {
  readonly text: string;
  readonly environment: LoadedEnvironment;
  /** Applications that go with it: names, sorted. */
  readonly applications: readonly string[];
}

/**
 * The document without a tenant, its applications, the sets that make them, and its name in `sharedWith` of others. What it
 * inherits is taken away with `null`. Every other character stays.
 * @throws CONFIG_INVALID, SCOPE_DENIED …: everything that would be wrong with the rest, such as an application that waits
 * for one that goes; EMPTY_ENVIRONMENT.
 */
export function removeTenant(before: LoadedEnvironment, removal: TenantRemoval): RemovedTenant {
  const { environment, tenant, file, base } = removal;
  // As whoever rewrites it reads it.
  const [document] = readManifests(removal.text, file);
  const own = record(document?.value);
  const inherited = record(base === undefined ? undefined : valueOf(base));
  const applications = applicationsOf(before, tenant);
  const written = applications.filter((name) => before.spec.members[name] === undefined);
  const sets = Object.entries(before.spec.applicationSets)
    .filter(([, { template }]) => template["tenant"] === tenant)
    .map(([name]) => name);
  const target: JsonObject = {
    ...own,
    ...without(own, inherited, "tenants", [tenant], (value) => withoutName(record(value), tenant)),
    ...without(own, inherited, "applications", written, (value) => withoutName(record(value), tenant)),
    ...without(own, inherited, "applicationSets", sets, (value) => value),
  };
  const text = rewrite(removal, target);
  const rest = rebuilt(environment, text, file, base);
  if (Object.keys(rest.spec.applications).length === 0 && rest.waiting.length === 0 && applications.length > 0) {
    const message = `No applications would be left without the tenant ${quote(tenant)}.`;
    throw failure("EMPTY_ENVIRONMENT", message, `To delete all of it, run driftless destroy ${environment}.`);
  }
  return { text, environment: rest, applications };
}

/** Names of the applications of a tenant, sorted; those that sets make too. */
function applicationsOf({ spec }: LoadedEnvironment, tenant: string): readonly string[] {
  return Object.keys(spec.applications)
    .filter((name) => spec.applications[name]?.tenant === tenant)
    .sort();
}

/** A section without some of its entries, if the document has to say anything about it. */
function without(
  own: JsonObject,
  inherited: JsonObject,
  section: string,
  names: readonly string[],
  change: (value: Json) => Json,
): JsonObject {
  const had = record(own[section]);
  const kept = Object.entries(had)
    .filter(([name]) => !names.includes(name))
    .map(([name, value]): [string, Json] => [name, value === null ? value : change(value)]);
  const taken = names
    .filter((name) => Object.hasOwn(record(inherited[section]), name))
    .map((name): [string, Json] => [name, null]);
  if (own[section] === undefined && taken.length === 0) return {};
  return { [section]: Object.fromEntries([...kept, ...taken]) };
}

function withoutName(value: JsonObject, tenant: string): JsonObject {
  const { sharedWith } = value;
  if (!isList(sharedWith) || !sharedWith.includes(tenant)) return value;
  return { ...value, sharedWith: sharedWith.filter((name) => name !== tenant) };
}

function rewrite({ text, tenant, file }: TenantRemoval, target: JsonObject): string {
  try {
    return rewriteDocument(text, 1, target);
  } catch (error) {
    if (!(error instanceof Unwritable)) throw error;
    const message = `The tenant ${quote(tenant)} cannot be taken out of the document and nothing else: ${error.message}.`;
    const fix = "Take it out by hand, with its applications; driftless up then shows and asks what is to go.";
    throw failure("CONFIG_INVALID", message, fix, { place: { file, field: `tenants.${tenant}` }, cause: error });
  }
}

/** @throws everything that is wrong with it, said as what it would be. */
function rebuilt(environment: string, text: string, file: string, base: YamlDocument | undefined): LoadedEnvironment {
  try {
    return buildEnvironment(environment, readYaml(text, file), base);
  } catch (error) {
    if (!(error instanceof DriftlessError)) throw error;
    const [first, ...rest] = error.findings;
    const would = (finding: typeof first): typeof first => {
      // Lines are those of a document that nobody has seen.
      const field = finding.place?.field;
      const place = { file, ...(field === undefined ? {} : { field }) };
      return { ...finding, place, message: `Without the tenant: ${finding.message}` };
    };
    throw new DriftlessError([would(first), ...rest.map(would)], { cause: error });
  }
}

function valueOf({ root }: YamlDocument): Json | undefined {
  return root === undefined ? undefined : toValue(root);
}
