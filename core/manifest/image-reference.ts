/** An image as a container names it: `registry:5000/team/name:tag@sha256:…`. */
export interface ImageReference {
  /** Everything before tag and digest, as written. */
  readonly name: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** Takes an image apart. Never fails: what is not there is left out. */
export function parseImageReference(image: string): ImageReference {
  const at = image.indexOf("@");
  const tagged = at === -1 ? image : image.slice(0, at);
  // A colon before the last slash belongs to the port of a registry.
  const colon = tagged.indexOf(":", tagged.lastIndexOf("/") + 1);
  return {
    name: colon === -1 ? tagged : tagged.slice(0, colon),
    ...(colon === -1 ? {} : { tag: tagged.slice(colon + 1) }),
    ...(at === -1 ? {} : { digest: image.slice(at + 1) }),
  };
}

/** Puts an image together again. */
export function formatImageReference({ name, tag, digest }: ImageReference): string {
  return `${name}${tag === undefined ? "" : `:${tag}`}${digest === undefined ? "" : `@${digest}`}`;
}

/** True for what registries take as a digest: `sha256:…`. */
export function isDigest(text: string | undefined): boolean {
  return text !== undefined && /^[a-z0-9]+([+._-][a-z0-9]+)*:[0-9a-f]{32,}$/.test(text);
}
