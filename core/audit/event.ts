import { isJsonObject, record } from "../manifest/json.ts";
import type { Json, JsonObject } from "../manifest/manifest.ts";
import { parseJson } from "../manifest/parse-json.ts";

/** A request that changed something, as the audit log of an API server tells it. */
export interface AuditEvent {
  readonly facts: AuditFacts;
  /** The body that was sent, and the object that came of it: only as far as the audit policy has them written. */
  readonly request: JsonObject | readonly Json[] | undefined;
  readonly response: JsonObject | undefined;
}

/** Who sent a request when, and what about. */
export interface AuditFacts {
  readonly id: string;
  readonly verb: WriteVerb;
  /** Whoever sent it, as the API server knows them. */
  readonly user: string;
  /** Whose rights it was to have, if somebody acted as somebody else. */
  readonly as?: string;
  readonly userAgent: string;
  /** Under which name its fields are held: as it said itself, else the first part of the user agent. */
  readonly manager: string;
  /** When it came in and when it was answered: milliseconds since 1970. */
  readonly received: number;
  readonly answered: number;
  /** True if it made an object that was not there, by whatever verb. */
  readonly created: boolean;
  readonly target: AuditTarget;
  /** True if it means objects by a selector: then not all of its kind in its namespace. */
  readonly selects: boolean;
}

/** What a request was about. */
export interface AuditTarget {
  /** Empty for the core group. */
  readonly group: string;
  /** The plural in paths, such as `deployments`. */
  readonly resource: string;
  readonly namespace?: string;
  /** Absent for requests about many objects. */
  readonly name?: string;
  /** `scale`, `status` and the like. */
  readonly subresource?: string;
}

/** Verbs that change something. */
export const writeVerbs = ["create", "update", "patch", "delete", "deletecollection"] as const;

/** One of `writeVerbs`. */
export type WriteVerb = (typeof writeVerbs)[number];

/** Longest name and user agent that is kept: whoever sends a request chooses both. */
const longestText = 200;

/**
 * Reads one line. Undefined for whatever changed nothing: other verbs and stages, refused requests, dry runs. `damaged`
 * for what is no event of `audit.k8s.io`.
 */
export function parseAuditLine(line: string): AuditEvent | "damaged" | undefined {
  const event = parsed(line);
  if (event === undefined || event["kind"] !== "Event") return "damaged";
  const { auditID: id, verb, stage, requestURI, userAgent, objectRef, responseStatus } = event;
  const [received, answered] = [event["requestReceivedTimestamp"], event["stageTimestamp"]].map(millisecondsOf);
  const user = record(event["user"])["username"];
  if (typeof id !== "string" || typeof user !== "string" || received === undefined || answered === undefined) {
    return "damaged";
  }
  const known = writeVerbs.find((each) => each === verb);
  const code = record(responseStatus)["code"];
  const done = stage === "ResponseComplete" && typeof code === "number" && code >= 200 && code < 300;
  const query = queryOf(requestURI);
  const request = bodyOf(event["requestObject"]);
  if (known === undefined || !done || query.has("dryRun") || isDryRun(request)) return undefined;
  const agent = typeof userAgent === "string" ? plainText(userAgent) : "";
  const as = record(event["impersonatedUser"])["username"];
  const response = event["responseObject"];
  const facts = {
    id,
    verb: known,
    user: plainText(user),
    ...(typeof as === "string" ? { as: plainText(as) } : {}),
    userAgent: agent,
    manager: plainText(query.get("fieldManager") ?? agent.split("/", 1)[0] ?? ""),
    received,
    answered,
    created: known === "create" || code === 201,
    target: targetOf(record(objectRef)),
    selects: query.has("labelSelector") || query.has("fieldSelector"),
  };
  return { facts, request, response: isJsonObject(response) ? response : undefined };
}

/** What an `objectRef` names. */
export function targetOf({ apiGroup, resource, namespace, name, subresource }: JsonObject): AuditTarget {
  return {
    group: typeof apiGroup === "string" ? apiGroup : "",
    resource: typeof resource === "string" ? resource : "",
    ...(typeof namespace === "string" && namespace !== "" ? { namespace } : {}),
    ...(typeof name === "string" && name !== "" ? { name } : {}),
    ...(typeof subresource === "string" && subresource !== "" ? { subresource } : {}),
  };
}

/** A time in ISO 8601 as milliseconds since 1970; undefined for anything else. */
export function millisecondsOf(time: Json | undefined): number | undefined {
  const milliseconds = typeof time === "string" ? Date.parse(time) : Number.NaN;
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}

/** Exports put a time or a name of their own in front of each line. */
function parsed(line: string): JsonObject | undefined {
  const value = parseJson(line.slice(Math.max(0, line.indexOf("{"))));
  return isJsonObject(value) ? value : undefined;
}

function queryOf(uri: Json | undefined): URLSearchParams {
  return new URLSearchParams(typeof uri === "string" ? uri.split("?").slice(1).join("?") : "");
}

function bodyOf(value: Json | undefined): AuditEvent["request"] {
  return typeof value === "object" && value !== null ? value : undefined;
}

/** The options of a deletion say it in the body. */
function isDryRun(request: AuditEvent["request"]): boolean {
  if (request === undefined || !isJsonObject(request)) return false;
  return request["kind"] === "DeleteOptions" && Array.isArray(request["dryRun"]);
}

/** Without what would move the cursor of a terminal or end a line. */
function plainText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "?").slice(0, longestText);
}
