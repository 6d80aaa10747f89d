import { createHash } from "node:crypto";
import { z } from "zod";
import { formats } from "../../core/environment/formats.ts";
import type { EnvironmentSpec } from "../../core/environment/spec.ts";
import { failure } from "../../core/errors/error.ts";
import { imageAddress, isLocalRegistry, type ImageAddress } from "../../core/images/address.ts";
import { manifestTypes, readConfig, readManifest, type CreatedStep } from "../../core/images/manifest.ts";
import { nextPage } from "../../core/images/next-page.ts";
import { parseJson } from "../../core/manifest/parse-json.ts";
import { CredentialStore, type CredentialSurroundings } from "./credentials.ts";
import { logIn, loginRefused } from "./login.ts";
import { askRegistry, invalid, unreachable, type RegistryAnswer } from "./request.ts";

/** The tags of an image. */
export interface TagList {
  readonly tags: readonly string[];
  /** How many have names that no tag may have, and are left out. */
  readonly ignored: number;
}

const pageBytes = 8 << 20;
const manifestBytes = 4 << 20;
const mostPages = 200;
const mostSeconds = 120;
const mostTags = 200_000;
const tagsSchema = z.object({ tags: z.array(z.string()).nullish() });
/** An index, a manifest of it, its configuration. */
const mostSteps = 3;

type Ask = Pick<Parameters<typeof askRegistry>[0], "method"> & { readonly accept: string; readonly maxBytes: number };

/** Reads registries (OCI distribution specification 1.1), as Docker and Kubernetes do; writes nothing. */
export class Registries {
  readonly #settings: NonNullable<EnvironmentSpec["imageUpdates"]>["registries"];
  readonly #credentials: CredentialStore;
  readonly #signal: AbortSignal | undefined;
  readonly #now: () => Date;
  /** What `Authorization` says, by image. One that was refused stays refused: accounts are locked after a few. */
  readonly #logins = new Map<string, Promise<string>>();

  constructor(settings: EnvironmentSpec["imageUpdates"], around: CredentialSurroundings & { now(): Date }) {
    this.#settings = settings?.registries ?? {};
    this.#credentials = new CredentialStore(this.#settings, around);
    this.#signal = around.signal;
    this.#now = () => around.now();
  }

  /**
   * All tags of an image.
   * @throws IMAGE_NOT_FOUND, REGISTRY_DENIED, REGISTRY_INVALID, REGISTRY_LIMITED, REGISTRY_UNREACHABLE.
   */
  async tags(name: string): Promise<TagList> {
    const address = imageAddress(name);
    const path = `/v2/${address.repository}/tags/list`;
    const first = new URL(`${this.#base(address)}${path}?n=1000`);
    const seen = new Set<string>();
    const tags = new Set<string>();
    let ignored = 0;
    const end = performance.now() + mostSeconds * 1_000;
    for (let url = first; ;) {
      if (seen.has(url.href) || seen.size === mostPages) throw invalid(url, "its list of tags has no end");
      if (performance.now() > end) throw unreachable(url, `its list of tags takes more than ${mostSeconds} s`);
      seen.add(url.href);
      const answer = await this.#ask(address, url, { method: "GET", accept: "application/json", maxBytes: pageBytes });
      if (answer.status === 404) throw notFound(name, address);
      const page = tagsSchema.safeParse(parseJson(answer.body.toString("utf8")));
      if (answer.status !== 200 || !page.success) throw unexpected(url, answer, "the tags");
      for (const tag of page.data.tags ?? []) {
        if (formats.imageTag.pattern.test(tag)) tags.add(tag);
        else ignored++;
      }
      if (tags.size > mostTags) throw invalid(url, `the image has more than ${mostTags} tags`);
      const next = nextPage(answer.headers.get("link") ?? "");
      if (next === undefined) return { tags: [...tags], ignored };
      const at = URL.canParse(next, url.href) ? new URL(next, url) : undefined;
      if (at?.origin !== first.origin || at.pathname !== first.pathname) {
        throw invalid(url, "the next page of its tags is said to be somewhere else");
      }
      url = at;
    }
  }

  /**
   * The digest that a tag leads to: of the index, where there is one; undefined if there is no such tag. One request.
   * @throws as `tags`.
   */
  async digest(name: string, tag: string): Promise<string | undefined> {
    const address = imageAddress(name);
    const url = this.#manifest(address, tag);
    const accept = manifestTypes.join(", ");
    const head = await this.#ask(address, url, { method: "HEAD", accept, maxBytes: manifestBytes });
    if (head.status === 404) return undefined;
    if (head.status !== 200) throw unexpected(url, head, `the tag ${tag}`);
    const said = head.headers.get("docker-content-digest") ?? "";
    if (formats.digest.pattern.test(said)) return said;
    // Not all say it, and some know other kinds only.
    const answer = await this.#ask(address, url, { method: "GET", accept, maxBytes: manifestBytes });
    if (answer.status !== 200) throw unexpected(url, answer, `the tag ${tag}`);
    return digestOf(answer.body);
  }

  /**
   * When the image of a digest was made, by its annotations or else its configuration; undefined where nothing says so. One to three
   * requests, each answer checked against its digest.
   * @throws as `tags`.
   */
  async created(name: string, digest: string): Promise<Date | undefined> {
    const address = imageAddress(name);
    let next: CreatedStep = { manifest: digest };
    for (let steps = 0; steps < mostSteps; steps++) {
      if (next === "unknown") return undefined;
      if ("date" in next) return next.date;
      const isConfig: boolean = "config" in next;
      const wanted: string = "config" in next ? next.config : next.manifest;
      const url = isConfig
        ? new URL(`${this.#base(address)}/v2/${address.repository}/blobs/${wanted}`)
        : this.#manifest(address, wanted);
      const accept = isConfig ? "*/*" : manifestTypes.join(", ");
      const answer = await this.#ask(address, url, { method: "GET", accept, maxBytes: manifestBytes });
      if (answer.status !== 200) throw unexpected(url, answer, `the digest ${wanted}`);
      if (digestOf(answer.body) !== wanted) throw invalid(url, `what it gives for ${wanted} is something else`);
      const json = parseJson(answer.body.toString("utf8"));
      next = isConfig ? readConfig(json) : readManifest(json);
    }
    return typeof next === "object" && "date" in next ? next.date : undefined;
  }

  #base({ registry, host }: ImageAddress): string {
    const isPlain = this.#settings[registry]?.insecure ?? isLocalRegistry(registry);
    return `${isPlain ? "http" : "https"}://${host}`;
  }

  #manifest(address: ImageAddress, reference: string): URL {
    return new URL(`${this.#base(address)}/v2/${address.repository}/manifests/${reference}`);
  }

  /** Asks, and logs in where that is wanted; once more if what it was given has expired since. */
  async #ask(address: ImageAddress, url: URL, { method, accept, maxBytes }: Ask): Promise<RegistryAnswer> {
    const key = `${address.host}/${address.repository}`;
    const send = async (login: Promise<string> | undefined): Promise<RegistryAnswer> => {
      const headers = { accept, ...(login === undefined ? {} : { authorization: await login }) };
      return askRegistry({ url, method, headers, maxBytes, follow: true, signal: this.#signal });
    };
    const used = this.#logins.get(key);
    const first = await send(used);
    if (first.status !== 401) return this.#checked(first, url, address);
    // Unless another request has a new login meanwhile.
    if (this.#logins.get(key) === used) {
      const challenge = first.headers.get("www-authenticate") ?? "";
      this.#logins.set(key, this.#logIn(challenge, address, url));
    }
    const second = await send(this.#logins.get(key));
    if (second.status === 401) throw loginRefused(address, await this.#credentials.find(address));
    return this.#checked(second, url, address);
  }

  async #logIn(challenge: string, address: ImageAddress, url: URL): Promise<string> {
    return logIn(challenge, address, url, await this.#credentials.find(address), this.#signal);
  }

  async #checked(answer: RegistryAnswer, url: URL, address: ImageAddress): Promise<RegistryAnswer> {
    const { status, headers } = answer;
    if (status === 403) throw loginRefused(address, await this.#credentials.find(address));
    if (status === 429) {
      const seconds = Number(headers.get("retry-after") ?? Number.NaN);
      const at = Number.isFinite(seconds) ? new Date(this.#now().getTime() + seconds * 1_000) : undefined;
      throw failure(
        "REGISTRY_LIMITED",
        `The registry ${address.registry} answers no more requests for now.`,
        `Run it again ${at === undefined ? "later" : `after ${at.toISOString()}`}; with a login, registries answer more of them.`,
      );
    }
    if (status >= 500) throw unreachable(url, `status ${status}`);
    return answer;
  }
}

function digestOf(body: Buffer): string {
  return `sha256:${createHash("sha256").update(body).digest("hex")}`;
}

function notFound(name: string, { registry }: ImageAddress): Error {
  return failure(
    "IMAGE_NOT_FOUND",
    `The registry ${registry} has no image ${name}.`,
    "Correct its name, or push it first; a registry may also say so of what the login may not see.",
  );
}

function unexpected(url: URL, { status }: RegistryAnswer, what: string): Error {
  const why = status === 200 ? "no list" : `status ${status}`;
  return invalid(url, `asked for ${what}, it gives ${why}`);
}
