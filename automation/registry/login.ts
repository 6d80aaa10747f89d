import { z } from "zod";
import { failure } from "../../core/errors/error.ts";
import type { ImageAddress } from "../../core/images/address.ts";
import { readChallenge } from "../../core/images/challenge.ts";
import { parseJson } from "../../core/manifest/parse-json.ts";
import type { Credentials } from "./credentials.ts";
import { askRegistry, invalid, type RegistryRequest } from "./request.ts";

const mostTokenBytes = 256 * 1024;
const tokenSchema = z
  .object({ token: z.string().optional(), access_token: z.string().optional() })
  .transform(({ token, access_token: other }) => token ?? other)
  .pipe(z.string().regex(/^[\u0021-\u007e]{1,65536}$/));

/**
 * Answers a registry that wants a login: what the header `Authorization` is to say. A token is asked for reading this image, whatever
 * the registry would like it to be for.
 * @param header Its `WWW-Authenticate`.
 * @throws REGISTRY_DENIED, REGISTRY_INVALID, REGISTRY_UNREACHABLE.
 */
export async function logIn(
  header: string,
  address: ImageAddress,
  url: URL,
  credentials: Credentials | undefined,
  signal: AbortSignal | undefined,
): Promise<string> {
  const challenge = readChallenge(header);
  if (challenge === undefined) throw invalid(url, "it wants a login and does not say of which kind");
  if (challenge.scheme === "basic") {
    if (credentials !== undefined && "user" in credentials.login) return basic(credentials.login);
    throw loginMissing(address);
  }
  const realm = URL.canParse(challenge.realm) ? new URL(challenge.realm) : undefined;
  // A token server may be another host; it is never asked less safely than the registry.
  const isSafe = realm?.protocol === "https:" || (realm?.protocol === "http:" && url.protocol === "http:");
  if (realm === undefined || !isSafe || realm.username !== "" || realm.password !== "") {
    throw invalid(url, "it says that tokens are at an address that is not safe");
  }
  const asked = tokenRequest(realm, challenge.service, address, credentials);
  const answer = await askRegistry({ ...asked, maxBytes: mostTokenBytes, follow: false, signal });
  if (answer.status === 401 || answer.status === 403) throw loginRefused(address, credentials);
  if (answer.status !== 200) throw invalid(realm, `asked for a token, it answers with status ${answer.status}`);
  const token = tokenSchema.safeParse(parseJson(answer.body.toString("utf8")));
  if (!token.success) throw invalid(realm, "asked for a token, it gives none");
  return `Bearer ${token.data}`;
}

/** A registry that does not take what it was given, or was given nothing. */
export function loginRefused(address: ImageAddress, credentials: Credentials | undefined): Error {
  if (credentials === undefined) return loginMissing(address);
  return failure(
    "REGISTRY_DENIED",
    `The registry ${address.registry} refuses the login from ${credentials.from} for ${address.repository}: it is wrong or expired, or may not read it.`,
    "Log in again, with an account that may read the image.",
  );
}

function loginMissing({ registry, repository }: ImageAddress): Error {
  return failure(
    "REGISTRY_DENIED",
    `The registry ${registry} wants a login for ${repository}, and there is none, or there is no such image.`,
    `Log in with docker login ${registry}, or name \`user\` and \`password\` in \`imageUpdates.registries\`; check the name of the image too.`,
  );
}

function tokenRequest(
  realm: URL,
  service: string | undefined,
  { repository }: ImageAddress,
  credentials: Credentials | undefined,
): Pick<RegistryRequest, "url" | "method" | "headers" | "body"> {
  const asked = { scope: `repository:${repository}:pull`, ...(service === undefined ? {} : { service }) };
  const login = credentials?.login;
  if (login !== undefined && "identityToken" in login) {
    const grant = { grant_type: "refresh_token", client_id: "driftless", refresh_token: login.identityToken };
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    return { url: realm, method: "POST", headers, body: new URLSearchParams({ ...grant, ...asked }) };
  }
  const url = new URL(realm);
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
  return { url, method: "GET", headers: login === undefined ? {} : { authorization: basic(login) } };
}

function basic({ user, password }: { readonly user: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}
