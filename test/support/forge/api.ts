import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { z } from "zod";

type Schema = Readonly<Record<string, unknown>>;

const parameterSchema = z.object({
  name: z.string(),
  in: z.enum(["path", "query", "header"]),
  required: z.boolean().optional(),
  schema: z.record(z.string(), z.unknown()).optional(),
});
const content = z.object({
  "application/json": z
    .object({
      schema: z.record(z.string(), z.unknown()),
      examples: z.record(z.string(), z.object({ value: z.unknown() })).optional(),
    })
    .optional(),
});
const operationSchema = z.object({
  parameters: z.array(parameterSchema).default([]),
  requestBody: z.object({ content }).optional(),
  responses: z.record(z.string(), z.object({ content: content.optional() })),
});

/** A description of an API, as OpenAPI 3.0 has it. */
export interface ApiDescription {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components?: Readonly<Record<string, unknown>>;
}

/** What is answered instead of the example. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A request that the description allows. */
export interface KnownRequest {
  /** `POST /repos/{owner}/{repo}/pulls`. */
  readonly route: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly headers: IncomingMessage["headers"];
}

/** A forge of which nothing is real but what its published description says. */
export interface DescribedForge {
  readonly url: string;
  readonly requests: KnownRequest[];
  /** What was asked that the description does not know; a test that leaves any has failed. */
  readonly refused: string[];
  /** Answers of the next requests to a route; then the example again. */
  next(route: string, ...answers: readonly Answer[]): void;
  close(): Promise<void>;
}

/**
 * Serves a described API: a request with a path, a parameter or a field that the description does not know, or a value of
 * another type, is refused with status 400 and noted. Answers are the description's own examples.
 * @param prefix Of all paths, such as `/api/v3`.
 * @param graphql Answers what is asked at `/api/graphql`, which no description has. Default: with an error.
 */
export async function serveDescription(
  description: ApiDescription,
  prefix: string,
  graphql: (query: string) => unknown = () => ({ errors: [{ message: "there is no GraphQL here" }] }),
): Promise<DescribedForge> {
  const requests: KnownRequest[] = [];
  const refused: string[] = [];
  const planned = new Map<string, Answer[]>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const answer = respond(request, Buffer.concat(chunks).toString("utf8"));
      response.writeHead(answer.status, { "content-type": "application/json", ...answer.headers });
      response.end(answer.body === undefined ? "" : JSON.stringify(answer.body));
    });
  });
  const respond = (request: IncomingMessage, text: string): Answer => {
    const asked = `${request.method} ${request.url}`;
    try {
      if (asked === "POST /api/graphql") {
        const { query } = z.strictObject({ query: z.string() }).parse(JSON.parse(text));
        requests.push({ route: asked, path: "/api/graphql", query: {}, body: query, headers: request.headers });
        return { status: 200, body: graphql(query) };
      }
      const { known, example } = check(description, prefix, request, text);
      requests.push(known);
      return planned.get(known.route)?.shift() ?? example;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      refused.push(`${asked}: ${why}`);
      return { status: 400, body: { message: why } };
    }
  };
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    refused,
    next: (route, ...answers) => void planned.set(route, [...answers]),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function check(
  description: ApiDescription,
  prefix: string,
  request: IncomingMessage,
  text: string,
): { readonly known: KnownRequest; readonly example: Answer } {
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  if (!url.pathname.startsWith(`${prefix}/`)) throw new Error("the path is not below the API's");
  const path = url.pathname.slice(prefix.length);
  const method = (request.method ?? "").toLowerCase();
  const template = Object.keys(description.paths).find((each) => matches(each, path));
  const found = template === undefined ? undefined : description.paths[template]?.[method];
  if (template === undefined || found === undefined) throw new Error("no such operation");
  const operation = operationSchema.parse(resolve(description, found));
  const query = Object.fromEntries(url.searchParams);
  const parameters = new Map(
    operation.parameters.filter((each) => each.in === "query").map((each) => [each.name, each]),
  );
  for (const [name, value] of Object.entries(query)) {
    const parameter = parameters.get(name);
    if (parameter === undefined) throw new Error(`the query has the unknown parameter ${name}`);
    const number = parameter.schema?.["type"] === "integer" ? Number(value) : value;
    fits(parameter.schema ?? {}, number, name);
  }
  for (const { name, required } of parameters.values())
    if (required === true && query[name] === undefined) throw new Error(`the query lacks ${name}`);
  const body: unknown = text === "" ? undefined : JSON.parse(text);
  const schema = operation.requestBody?.content["application/json"]?.schema;
  if (body !== undefined) {
    if (schema === undefined) throw new Error("a body is not taken");
    fits(schema, body, "the body");
  }
  const success = Object.keys(operation.responses).find((status) => /^2\d\d$/.test(status)) ?? "200";
  const media = operation.responses[success]?.content?.["application/json"];
  const [example] = Object.values(media?.examples ?? {});
  const route = `${request.method} ${template}`;
  return {
    known: { route, path, query, body, headers: request.headers },
    example: { status: Number(success), body: example?.value },
  };
}

function matches(template: string, path: string): boolean {
  const [left, right] = [template.split("/"), path.split("/")];
  return left.length === right.length && left.every((part, at) => part.startsWith("{") || part === right[at]);
}

function fits(schema: Schema, value: unknown, what: string): void {
  const known = schema["properties"];
  if (typeof value === "object" && value !== null && typeof known === "object" && known !== null) {
    const unknown = Object.keys(value).filter((key) => !(key in known));
    if (unknown.length > 0) throw new Error(`${what} has the unknown field ${unknown.join(", ")}`);
  }
  const result = z.fromJSONSchema(schema, { defaultTarget: "openapi-3.0" }).safeParse(value);
  if (!result.success) throw new Error(`${what}: ${result.error.message}`);
}

/** A value with its references resolved; those inside of response schemas are left out, as nothing reads them here. */
function resolve(description: ApiDescription, value: unknown, depth = 0): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(description, item, depth));
  if (typeof value !== "object" || value === null) return value;
  if ("$ref" in value && typeof value.$ref === "string") {
    if (value.$ref.startsWith("#/components/schemas/") && depth > 0) return {};
    return resolve(description, at(description, value.$ref), depth + 1);
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(description, item, depth)]));
}

function at(description: ApiDescription, reference: string): unknown {
  let value: unknown = description;
  for (const key of reference.replace(/^#\//, "").split("/")) {
    value = typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  }
  return value;
}
