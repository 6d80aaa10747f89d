import { z } from "zod";

/** Asks the API of a forge, below `/api/v1`; throws for anything but 2xx. `token` is whose; default: the administrator's. */
export type ForgeApi = (method: string, path: string, body?: unknown, token?: string) => Promise<unknown>;

/** What a token may do. */
export type Access = "read" | "write";

const created = z.object({ sha1: z.string() });
/** Nobody gives it but this file. */
const password = "Not-a-secret-1";

/** The API of a forge that runs on this machine. */
export function forgeApi({ url, token }: { readonly url: string; readonly token: string }): ForgeApi {
  return (method, path, body, as = token) => request(`${url}/api/v1${path}`, method, `token ${as}`, body);
}

/** Makes a user, who may work with repositories and pull requests; returns a token of theirs. */
export async function createForgeUser(url: string, api: ForgeApi, name: string, may: Access): Promise<string> {
  const user = { username: name, email: `${name}@example.com`, password, must_change_password: false };
  await api("POST", "/admin/users", user);
  const wanted = { name: "local", scopes: [`${may}:repository`, `${may}:issue`, "read:user"] };
  const basic = `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`;
  return created.parse(await request(`${url}/api/v1/users/${name}/tokens`, "POST", basic, wanted)).sha1;
}

async function request(url: string, method: string, authorization: string, body: unknown): Promise<unknown> {
  const headers = { authorization, "content-type": "application/json" };
  const answer = await fetch(url, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${new URL(url).pathname}: ${answer.status} ${text}`);
  return text === "" ? undefined : (JSON.parse(text) as unknown);
}
