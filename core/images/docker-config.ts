import { z } from "zod";
import { parseJson } from "../manifest/parse-json.ts";

/** A login: a name with a password, or a token with which others are fetched. */
export type Login = { readonly user: string; readonly password: string } | { readonly identityToken: string };

/** Where a login is kept. */
export type LoginSource =
  | { readonly kind: "login"; readonly login: Login }
  | {
      /** A program of the user, `docker-credential-<name>`, that is asked for it. */
      readonly kind: "helper";
      readonly helper: string;
      /** What it is asked for. */
      readonly server: string;
    };

const entry = z.object({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  identitytoken: z.string().optional(),
});
const helper = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/);

/** What Docker, Podman and others write down when somebody logs in. */
export const dockerConfigSchema = z.object({
  auths: z.record(z.string(), entry).nullish(),
  credHelpers: z.record(z.string(), helper).nullish(),
  credsStore: helper.or(z.literal("")).nullish(),
});
/** A Docker configuration, as far as it is about logins. */
export type DockerConfig = z.infer<typeof dockerConfigSchema>;

/**
 * Where the login for an image is: with a helper for its registry, in the file itself, or with the helper for all; undefined
 * where the file says nothing.
 * @param registry As image names have it: `docker.io`, `registry.example.com:5000`.
 */
export function loginSource(config: DockerConfig, registry: string, repository: string): LoginSource | undefined {
  const own = bestKey(Object.keys(config.credHelpers ?? {}), registry, repository);
  const named = own === undefined ? undefined : config.credHelpers?.[own];
  if (own !== undefined && named !== undefined) return { kind: "helper", helper: named, server: own };
  const key = bestKey(Object.keys(config.auths ?? {}), registry, repository);
  const login = key === undefined ? undefined : loginOf(config.auths?.[key] ?? {});
  if (login !== undefined) return { kind: "login", login };
  const store = config.credsStore;
  if (store === undefined || store === null || store === "") return undefined;
  return { kind: "helper", helper: store, server: key ?? (registry === "docker.io" ? dockerHub : registry) };
}

/** What Docker Hub is called there. */
const dockerHub = "https://index.docker.io/v1/";

/** The entry that is for most of the name: Podman's may be for a part of a registry. */
function bestKey(keys: readonly string[], registry: string, repository: string): string | undefined {
  const name = `${registry}/${repository}`;
  return keys
    .map((key) => ({ key, means: meaning(key) }))
    .filter(({ means }) => means !== "" && (name === means || name.startsWith(`${means}/`)))
    .sort((left, right) => right.means.length - left.means.length)[0]?.key;
}

function meaning(key: string): string {
  const bare = key.replace(/^https?:\/\//, "").replace(/\/(v[12]\/?)?$/, "");
  return /^(index\.|registry-1\.)?docker\.io$/.test(bare) ? "docker.io" : bare;
}

function loginOf({ auth, username, password, identitytoken }: z.infer<typeof entry>): Login | undefined {
  if (identitytoken !== undefined && identitytoken !== "") return { identityToken: identitytoken };
  if (username !== undefined && password !== undefined) return { user: username, password };
  const text = Buffer.from(auth ?? "", "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 1 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1).replace(/\0+$/, "") };
}

const helperSchema = z.object({ Username: z.string(), Secret: z.string() });

/** What a helper prints; undefined for anything else. */
export function readHelperAnswer(text: string): Login | undefined {
  const answer = helperSchema.safeParse(parseJson(text)).data;
  if (answer === undefined || answer.Secret === "") return undefined;
  const { Username: user, Secret: secret } = answer;
  return user === "<token>" ? { identityToken: secret } : { user, password: secret };
}
