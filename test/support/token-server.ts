import { generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";

/** A server that gives tokens for a registry, which checks them by its key. */
export interface TokenServer {
  /** What the registry's configuration says of it. */
  readonly settings: Readonly<Record<string, string>>;
  /** What it was asked for: the scopes. */
  readonly asked: string[];
  /** How long its tokens hold, in seconds; tests may change it. Negative for tokens that have expired. */
  seconds: number;
  issue(repository: string, actions: readonly string[]): string;
  stop(): Promise<void>;
}

const identity = "identity-token-of-tests";

/** What `docker login` keeps where a registry gives it a token instead of taking the password each time. */
export const identityToken = identity;

/** Starts one that knows one user. @param folder Where the key goes that the registry reads. */
export async function startTokenServer(
  folder: string,
  { user, password }: { readonly user: string; readonly password: string },
): Promise<TokenServer> {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const jwks = join(folder, "jwks.json");
  const key = { ...publicKey.export({ format: "jwk" }), kid: "tests", use: "sig", alg: "ES256" };
  await writeFile(jwks, JSON.stringify({ keys: [key] }));
  const [issuer, service] = ["tests", "registry of tests"];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const query = new URL(request.url ?? "/", "http://tokens").searchParams;
      const form = new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
      const basic = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
      const isKnown = request.headers.authorization === basic || form.get("refresh_token") === identity;
      const scope = form.get("scope") ?? query.get("scope") ?? "";
      own.asked.push(scope);
      if (!isKnown) return void response.writeHead(401).end();
      const [, repository = "", actions = ""] = scope.split(":");
      const field = form.has("refresh_token") ? "access_token" : "token";
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ [field]: own.issue(repository, actions.split(",")) }));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const own: TokenServer = {
    settings: { realm: `http://127.0.0.1:${port}/token`, issuer, service, jwks },
    asked: [],
    seconds: 300,
    issue: (name, actions) => {
      const now = Math.floor(Date.now() / 1000);
      const times = { iat: now - 600, nbf: now - 600, exp: now + own.seconds };
      const access = [{ type: "repository", name, actions }];
      const claims = { iss: issuer, sub: user, aud: service, jti: randomUUID(), ...times, access };
      const text = [{ typ: "JWT", alg: "ES256", kid: "tests" }, claims].map(encode).join(".");
      const signature = sign("sha256", Buffer.from(text), { key: privateKey, dsaEncoding: "ieee-p1363" });
      return `${text}.${signature.toString("base64url")}`;
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return own;
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
