import { createHash } from "node:crypto";

/** What an image that is pushed is like. */
export interface PushedImage {
  /** When its configuration says that it was made: ISO 8601. Default: it does not say. */
  readonly created?: string;
  /** Makes two of the same kind different. */
  readonly note?: string;
  /** True for an index of two platforms. Default: one image. */
  readonly index?: boolean;
}

/** A registry, and what `Authorization` says to it. */
export interface PushTarget {
  readonly url: string;
  readonly authorization: string | undefined;
}

const types = {
  index: "application/vnd.oci.image.index.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
} as const;

/** Pushes an image without layers under a tag, as a client does; returns the digest that the tag leads to. */
export async function pushImage(
  target: PushTarget,
  repository: string,
  tag: string,
  image: PushedImage = {},
): Promise<string> {
  if (image.index !== true) return (await pushOne(target, repository, image, tag)).digest;
  const manifests = [];
  for (const architecture of ["amd64", "arm64"]) {
    const each = await pushOne(target, repository, { ...image, note: `${image.note ?? ""}${architecture}` });
    manifests.push({ mediaType: types.manifest, ...each, platform: { os: "linux", architecture } });
  }
  const body = JSON.stringify({ schemaVersion: 2, mediaType: types.index, manifests });
  return pushManifest(target, repository, tag, types.index, body);
}

async function pushOne(target: PushTarget, repository: string, { created, note }: PushedImage, tag?: string) {
  const config = JSON.stringify({ created, architecture: "amd64", os: "linux", note, rootfs: {} });
  const digest = await pushBlob(target, repository, config);
  const layers: readonly string[] = [];
  const descriptor = { mediaType: types.config, digest, size: config.length };
  const body = JSON.stringify({ schemaVersion: 2, mediaType: types.manifest, config: descriptor, layers });
  const pushed = await pushManifest(target, repository, tag ?? digestOf(body), types.manifest, body);
  return { digest: pushed, size: body.length };
}

async function pushBlob(target: PushTarget, repository: string, body: string): Promise<string> {
  const upload = await send(target, `/v2/${repository}/blobs/uploads/`, { method: "POST" }, 202);
  const url = new URL(upload.headers.get("location") ?? "", target.url);
  url.searchParams.set("digest", digestOf(body));
  await send(target, url.href, { method: "PUT", body }, 201);
  return digestOf(body);
}

async function pushManifest(
  target: PushTarget,
  repository: string,
  reference: string,
  type: string,
  body: string,
): Promise<string> {
  const init = { method: "PUT", body, headers: { "content-type": type } };
  await send(target, `/v2/${repository}/manifests/${reference}`, init, 201);
  return digestOf(body);
}

async function send(
  { url, authorization }: PushTarget,
  path: string,
  init: RequestInit,
  expected: number,
): Promise<Response> {
  const headers = new Headers(init.headers);
  if (authorization !== undefined) headers.set("authorization", authorization);
  const answer = await fetch(new URL(path, url), { ...init, headers });
  if (answer.status !== expected) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}

/** What `Authorization` says of a name and a password. */
export function basicLogin(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

function digestOf(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}
